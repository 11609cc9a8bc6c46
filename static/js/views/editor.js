/** The source: CodeMirror, squiggles under what is wrong, and the places of the lit nodes. */

import {
  Decoration,
  EditorState,
  EditorView,
  HighlightStyle,
  StateEffect,
  StateField,
  bracketMatching,
  closeBrackets,
  defaultKeymap,
  drawSelection,
  history,
  historyKeymap,
  indentUnit,
  keymap,
  lineNumbers,
  python,
  setDiagnostics,
  syntaxHighlighting,
  tags,
} from "codemirror";
import { html, nothing } from "lit";
import { effect } from "@preact/signals-core";
import { pointAt } from "../actions/pointing.js";
import { editSource } from "../actions/questions.js";
import { nodesAt, toRange } from "../places.js";
import { graph, lit, problem, question, snapshot } from "../store.js";
import { quantityOfPhase } from "../quantities.js";
import { View } from "./element.js";

/** @type {import("@codemirror/state").StateEffectType<import("@codemirror/view").DecorationSet>} */
const setLit = StateEffect.define();

const litPlaces = StateField.define({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    const change = transaction.effects.find((each) => each.is(setLit));
    return change ? change.value : marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.operatorKeyword], class: "tok-keyword" },
  { tag: tags.comment, class: "tok-comment" },
]);

/**
 * The nonce under which the editor may bring its style sheet.
 * @returns {string}
 */
function styleNonce() {
  const script = document.querySelector("script[nonce]");
  return script instanceof HTMLElement ? (script.nonce ?? "") : "";
}

export class EditorPanel extends View {
  constructor() {
    super();
    /** @type {EditorView | null} */
    this.editor = null;
    /** @type {(() => void)[]} */
    this.following = [];
  }

  render() {
    const wrong = problem.value;
    return html`
      <div id="source" class="source ${wrong ? "wrong" : ""}"></div>
      <div id="problem" class="problem" role="status">
        ${
          wrong
            ? html`<p class="problem-message">${placeOf(wrong)}${wrong.message}</p>
                ${wrong.hint ? html`<p class="problem-hint">${wrong.hint}</p>` : nothing}`
            : nothing
        }
      </div>
    `;
  }

  firstUpdated() {
    const parent = /** @type {HTMLElement} */ (this.querySelector("#source"));
    this.editor = new EditorView({
      parent,
      state: EditorState.create({ doc: question.value.source, extensions: this.extensions() }),
    });
    this.following = [effect(() => this.showSource()), effect(() => this.showProblem()), effect(() => this.showLit())];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.following.forEach((stop) => stop());
    this.editor?.destroy();
  }

  /** @returns {import("@codemirror/state").Extension[]} */
  extensions() {
    return [
      EditorView.cspNonce.of(styleNonce()),
      EditorView.contentAttributes.of({ "aria-label": "Function", "aria-describedby": "problem" }),
      EditorView.lineWrapping,
      lineNumbers(),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      indentUnit.of("    "),
      python(),
      syntaxHighlighting(COLOURS),
      litPlaces,
      keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.updateListener.of(({ docChanged, state }) => docChanged && editSource(state.doc.toString(), [])),
      EditorView.domEventHandlers({
        mousemove: (event, editor) => this.pointFrom(editor.posAtCoords({ x: event.clientX, y: event.clientY }, false)),
        mouseleave: () => pointAt([]),
      }),
    ];
  }

  /**
   * @param {number | null} offset
   * @returns {void}
   */
  pointFrom(offset) {
    const text = this.editor?.state.doc.toString() ?? "";
    pointAt(offset === null || !graph.value || problem.value ? [] : nodesAt(text, graph.value.span, offset));
  }

  /** Bring the text in where it was changed from outside. @returns {void} */
  showSource() {
    const { source } = question.value;
    const editor = this.editor;
    if (!editor || editor.state.doc.toString() === source) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: source } });
  }

  /** @returns {void} */
  showProblem() {
    const wrong = problem.value;
    const editor = this.editor;
    if (!editor) return;
    const text = editor.state.doc.toString();
    const range = wrong?.span ? toRange(text, wrong.span) : null;
    /** @type {import("@codemirror/lint").Diagnostic[]} */
    const marks = wrong && range ? [{ ...visible(range, text), severity: "error", message: wrong.message }] : [];
    editor.dispatch(setDiagnostics(editor.state, marks));
  }

  /** @returns {void} */
  showLit() {
    const spans = problem.value ? [] : lit.value.map((node) => graph.value?.span[node] ?? null);
    const phase = snapshot.value?.now?.phase ?? "primal";
    const editor = this.editor;
    if (!editor) return;
    const text = editor.state.doc.toString();
    const mark = Decoration.mark({ class: "lit-source", attributes: { "data-quantity": quantityOfPhase(phase).name } });
    const ranges = spans.flatMap((span) => (span ? [toRange(text, span)] : [])).filter(({ from, to }) => to > from);
    editor.dispatch({
      effects: setLit.of(
        Decoration.set(
          ranges.map(({ from, to }) => mark.range(from, to)),
          true,
        ),
      ),
    });
  }
}

/**
 * A place that has no width is shown on the letter beside it.
 * @param {import("../places.js").Range} range
 * @param {string} text
 * @returns {import("../places.js").Range}
 */
function visible({ from, to }, text) {
  if (to > from) return { from, to };
  return from < text.length && text[from] !== "\n" ? { from, to: from + 1 } : { from: Math.max(0, from - 1), to: from };
}

/**
 * @param {import("../protocol.js").Problem} wrong
 * @returns {import("lit").TemplateResult | typeof nothing}
 */
function placeOf({ span }) {
  return span ? html`<span class="place">Line ${span.line}, column ${span.column}</span> ` : nothing;
}

customElements.define("wg-editor", EditorPanel);
