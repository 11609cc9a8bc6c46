/** The values after the lines of the source. They lie over the editor, beside its text, and are no part of it. */

import { html, nothing } from "lit";
import { View } from "./element.js";
import { gatherPieces } from "./source-marks.js";

/**
 * @typedef {import("./source-marks.js").Piece} Piece
 * @typedef {import("./source-marks.js").Account} Account
 * @typedef {import("codemirror").EditorView} EditorView
 * @typedef {{line: number, pieces: Piece[], left: number, top: number}} Row
 */

const CHARACTER = 6.63;
const PADDING = 9;
const GAP = 10;
/** The padding of a line on its right. */
const MARGIN = 12;
/** Stands for pieces that are left out. @type {Piece} */
const MORE = { text: "…", title: "", quantity: "primal", node: -1, part: "" };

/**
 * @param {Piece[]} pieces
 * @returns {number}
 */
function widthOf(pieces) {
  return pieces.reduce((sum, { text }) => sum + [...text].length * CHARACTER + PADDING, 0);
}

/**
 * The first pieces, as many as there is room for, with dots where others are left out.
 * @param {Piece[]} pieces
 * @param {number} room
 * @returns {Piece[]}
 */
function piecesWithin(pieces, room) {
  if (widthOf(pieces) <= room) return pieces;
  const count = pieces.findIndex((_, at) => widthOf([...pieces.slice(0, at + 1), MORE]) > room);
  return [...pieces.slice(0, Math.max(1, count)), MORE];
}

/**
 * The lines whose pieces do not fit behind their text.
 * @param {EditorView} editor
 * @param {Account} account
 * @returns {number[]}
 */
export function crowdedLines(editor, account) {
  const { doc } = editor.state;
  const room = editor.contentDOM.clientWidth - MARGIN;
  return [...gatherPieces(account)].flatMap(([line, pieces]) => {
    if (line > doc.lines) return [];
    const text = doc.line(line).length * editor.defaultCharacterWidth;
    return text + GAP + widthOf(pieces) > room ? [line] : [];
  });
}

/**
 * Where the pieces of each line go, in the coordinates of the editor's scrolled content.
 * @param {EditorView} editor
 * @param {Account} account
 * @returns {Row[]}
 */
export function placeInlays(editor, account) {
  const { doc } = editor.state;
  const crowded = crowdedLines(editor, account);
  const { scrollDOM, contentDOM } = editor;
  const row = Number.parseFloat(getComputedStyle(contentDOM).lineHeight); // the editor's own counts the room below too
  const frame = scrollDOM.getBoundingClientRect();
  const right = contentDOM.getBoundingClientRect().right - frame.left - MARGIN;
  return [...gatherPieces(account)].flatMap(([line, pieces]) => {
    const end = line <= doc.lines ? editor.coordsAtPos(doc.line(line).to, -1) : null;
    if (!end) return [];
    const top = end.top - frame.top + scrollDOM.scrollTop;
    if (!crowded.includes(line)) return [{ line, pieces, left: end.right - frame.left + GAP, top }];
    const fitting = piecesWithin(pieces, right - GAP);
    return [{ line, pieces: fitting, left: right - widthOf(fitting), top: top + row - 3 }];
  });
}

export class InlaysView extends View {
  static properties = { rows: { attribute: false } };

  constructor() {
    super();
    /** @type {Row[]} */
    this.rows = [];
  }

  render() {
    return html`${this.rows.map(
      ({ line, pieces, left, top }) =>
        html`<span class="inlay" data-line=${line} .style=${`left: ${left}px; top: ${top}px`}
          >${pieces.map(drawPiece)}</span
        >`,
    )}`;
  }
}

/**
 * @param {Piece} piece
 * @returns {import("lit").TemplateResult}
 */
function drawPiece({ text, title, quantity, node, part }) {
  if (node < 0) return html`<span class="inlay-piece" data-quantity=${quantity}>${text}</span>`;
  return html`<button
    class="inlay-piece"
    type="button"
    title=${title || nothing}
    data-quantity=${quantity}
    data-node=${node}
    data-why=${part}
  >
    ${text}
  </button>`;
}

customElements.define("wg-inlays", InlaysView);
