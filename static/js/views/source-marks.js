/** What is drawn into the editor: the line of the step, branches not taken, breakpoints, and room for what inlays say. */

import {
  Decoration,
  EditorView,
  GutterMarker,
  RangeSetBuilder,
  StateEffect,
  StateField,
  gutterLineClass,
  syntaxTree,
} from "codemirror";
import { formatFull, formatShort, prettifyText } from "../numbers.js";
import { toRange } from "../places.js";
import { markLetter } from "../quantities.js";

/**
 * @typedef {import("../source-values.js").LineValue} LineValue
 * @typedef {import("../source-values.js").Outcome} Outcome
 * @typedef {import("../loops.js").Turn} Turn
 * @typedef {import("../quantities.js").Quantity} Quantity
 * @typedef {import("@codemirror/state").EditorState} EditorState
 * @typedef {{text: string, title: string, quantity: string, node: number, part: string}} Piece
 * @typedef {{from: number, to: number}} Range
 * @typedef {{
 *   values: LineValue[], turns: Turn[], outcomes: Outcome[], line: number, quantity: Quantity, phase: string
 * }} Account What the source shows at a step.
 */

/** @type {import("@codemirror/state").StateEffectType<import("@codemirror/view").DecorationSet>} */
const setMarks = StateEffect.define();

/** @type {import("@codemirror/state").StateEffectType<number[]>} */
const setStops = StateEffect.define();

const marks = StateField.define({
  create: () => Decoration.none,
  update: (drawn, transaction) => {
    const change = transaction.effects.find((each) => each.is(setMarks));
    return change ? change.value : drawn.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

class StopMarker extends GutterMarker {
  elementClass = "stop-line";
}

const stopLines = StateField.define({
  /** @returns {number[]} the lines with a breakpoint */
  create: () => [],
  update: (lines, { effects, changes, startState, newDoc }) => {
    const change = effects.find((each) => each.is(setStops));
    if (change) return change.value;
    if (changes.empty) return lines;
    const moved = lines
      .filter((line) => line <= startState.doc.lines)
      .map((line) => newDoc.lineAt(changes.mapPos(startState.doc.line(line).from)).number);
    return [...new Set(moved)];
  },
  provide: (field) =>
    gutterLineClass.compute([field, "doc"], (state) => {
      const builder = /** @type {RangeSetBuilder<GutterMarker>} */ (new RangeSetBuilder());
      for (const line of [...state.field(field)].sort((a, b) => a - b)) {
        if (line <= state.doc.lines) builder.add(state.doc.line(line).from, state.doc.line(line).from, new StopMarker());
      }
      return builder.finish();
    }),
});

/** The state that the marks need. */
export const sourceMarks = [marks, stopLines];

/**
 * The lines with breakpoints, where they stand now.
 * @param {EditorState} state
 * @returns {number[]}
 */
export function stopLinesOf(state) {
  return state.field(stopLines);
}

/**
 * @param {LineValue} value
 * @param {Quantity} quantity
 * @returns {Piece[]}
 */
function piecesOf({ name, node, value, derivative }, quantity) {
  const pretty = prettifyText(name);
  const full = `${pretty} = ${formatFull(value)}: where does it come from?`;
  const primal = { text: `${pretty} ${formatShort(value)}`, title: full, quantity: "primal" };
  const letter = markLetter(pretty, quantity);
  const title = `${letter} = ${formatFull(derivative)}: where does it come from?`;
  const text = `${letter} ${formatShort(derivative)}`;
  const derived = { text, title, quantity: quantity.name, node, part: "derivative" };
  return [{ ...primal, node, part: "value" }, ...(derivative === null ? [] : [derived])];
}

/**
 * @param {string} text
 * @param {string} quantity
 * @returns {Piece}
 */
function plainPiece(text, quantity) {
  return { text, title: "", quantity, node: -1, part: "" };
}

/**
 * The pieces after each line, by line.
 * @param {Account} account
 * @returns {Map<number, Piece[]>}
 */
export function gatherPieces({ values, turns, outcomes, quantity, phase }) {
  /** @type {Map<number, Piece[]>} */
  const pieces = new Map();
  /** @type {(line: number, more: Piece[]) => void} */
  const put = (line, more) => void pieces.set(line, [...(pieces.get(line) ?? []), ...more]);
  for (const { line, turn, turns: all } of turns) put(line, [plainPiece(`turn ${turn}/${all}`, phase)]);
  for (const { span, taken } of outcomes) put(span[2], [plainPiece(taken ? "true" : "false", "primal")]);
  for (const value of values) put(value.line, piecesOf(value, quantity));
  return pieces;
}

/**
 * The branches that were not taken: the blocks of `if` and the sides of conditional expressions.
 * @param {EditorState} state
 * @param {Outcome[]} outcomes
 * @returns {Range[]}
 */
function findNotTaken(state, outcomes) {
  const text = state.doc.toString();
  const known = new Map(outcomes.map(({ span, taken }) => {
    const { from, to } = toRange(text, span);
    return [`${from} ${to}`, taken];
  }));
  /** @type {Range[]} */
  const found = [];
  syntaxTree(state).iterate({
    enter: ({ name, node }) => {
      if (name === "IfStatement") found.push(...deadBlocks(node, known));
      if (name === "ConditionalExpression") found.push(...deadSide(node, known));
    },
  });
  return found.filter(({ from, to }) => to > from);
}

/**
 * @param {import("@lezer/common").SyntaxNode} statement
 * @param {Map<string, boolean>} known how tests came out, by place
 * @returns {Range[]}
 */
function deadBlocks(statement, known) {
  /** @type {Range[]} */
  const dead = [];
  /** @type {boolean | undefined} whether an earlier block was taken; undefined where that is not known */
  let settled = false;
  /** @type {boolean | undefined} */
  let outcome = true;
  for (let child = statement.firstChild; child; child = child.nextSibling) {
    const { name, from, to } = child;
    if (name === "Body") {
      const first = child.firstChild?.nextSibling?.from ?? from;
      if (settled || outcome === false) dead.push({ from: first, to });
      settled = settled || outcome;
      outcome = true;
    } else if (!["if", "elif", "else"].includes(name)) outcome = known.get(`${from} ${to}`);
  }
  return dead;
}

/**
 * @param {import("@lezer/common").SyntaxNode} expression
 * @param {Map<string, boolean>} known
 * @returns {Range[]}
 */
function deadSide(expression, known) {
  const [yes, test, no] = childrenOf(expression);
  const taken = test && known.get(`${test.from} ${test.to}`);
  const dead = taken === undefined ? undefined : taken ? no : yes;
  return dead ? [{ from: dead.from, to: dead.to }] : [];
}

/**
 * @param {import("@lezer/common").SyntaxNode} node
 * @returns {import("@lezer/common").SyntaxNode[]} the children that are no keywords
 */
function childrenOf(node) {
  const children = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== "if" && child.name !== "else") children.push(child);
  }
  return children;
}

/**
 * @param {EditorState} state
 * @param {Account | null} account
 * @param {number[]} below the lines whose inlays need a row of their own
 * @returns {import("@codemirror/state").StateEffect<unknown>}
 */
export function drawAccount(state, account, below) {
  if (!account) return setMarks.of(Decoration.none);
  const { doc } = state;
  const dead = findNotTaken(state, account.outcomes);
  const current = account.line >= 1 && account.line <= doc.lines ? [doc.line(account.line).from] : [];
  const step = Decoration.line({ class: "step-line", attributes: { "data-quantity": account.phase } });
  const roomy = Decoration.line({ class: "roomy-line" });
  return setMarks.of(
    Decoration.set(
      [
        ...dead.map(({ from, to }) => Decoration.mark({ class: "not-taken" }).range(from, to)),
        ...current.map((from) => step.range(from)),
        ...below.map((line) => roomy.range(doc.line(line).from)),
      ],
      true,
    ),
  );
}

/**
 * @param {number[]} lines
 * @returns {import("@codemirror/state").StateEffect<unknown>}
 */
export function drawStops(lines) {
  return setStops.of(lines);
}
