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
  pythonLanguage,
  setDiagnostics,
  syntaxHighlighting,
  tags,
} from "codemirror";
import { html, nothing } from "lit";
import { effect } from "@preact/signals-core";
import { toggleStop } from "../actions/pacing.js";
import { pointAt } from "../actions/pointing.js";
import { editSource } from "../actions/questions.js";
import { nodesAt, toRange } from "../places.js";
import { course, graph, lit, problem, question, snapshot, step, stops, trace } from "../store.js";
import { derivativeOf, quantityOfPhase } from "../quantities.js";
import { listAssigned, listTests, outcomesAt, valuesOfLines } from "../source-values.js";
import { ownerOf, turnsAt } from "../timeline.js";
import { View } from "./element.js";
import { InlaysView, crowdedLines, placeInlays } from "./inlays.js";
import { drawAccount, drawStops, sourceMarks, stopLinesOf } from "./source-marks.js";

/**
 * @typedef {{
 *   graph: object | null, source: string, assigned: import("../source-values.js").Assigned[],
 *   tests: import("../source-values.js").Test[]
 * }} Traced What is known of the source that the trace is of.
 */

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
    /** @type {import("./source-marks.js").Account | null} what is shown beside the lines */
    this.account = null;
    this.inlays = new InlaysView();
    /** @type {Traced} */
    this.traced = { graph: null, source: "", assigned: [], tests: [] };
    /** The ids of its parts, and what it is called. */
    this.names = { source: "source", problem: "problem", label: "Function" };
  }

  /** @returns {string} what is written, outside of the editor */
  text() {
    return question.value.source;
  }

  /** @returns {import("../protocol.js").Problem | null} what is wrong with it */
  wrong() {
    return problem.value;
  }

  /**
   * @param {string} text
   * @param {number[]} lines where breakpoints stand now
   * @returns {void}
   */
  edit(text, lines) {
    editSource(text, lines);
  }

  /** @returns {(import("../protocol.js").Span | import("../protocol.js").SpanColumns | null)[]} the places that are lit */
  litSpans() {
    return problem.value ? [] : lit.value.map((node) => graph.value?.span[node] ?? null);
  }

  render() {
    const wrong = this.wrong();
    return html`
      <div id=${this.names.source} class="source ${wrong ? "wrong" : ""}"></div>
      <div id=${this.names.problem} class="problem" role="status">
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
    const parent = /** @type {HTMLElement} */ (this.querySelector(`#${this.names.source}`));
    this.editor = new EditorView({
      parent,
      state: EditorState.create({ doc: this.text(), extensions: this.extensions() }),
    });
    this.editor.scrollDOM.append(this.inlays);
    const shows = [this.showSource, this.showProblem, this.showLit, this.showStops, this.showValues];
    this.following = shows.map((show) => effect(() => show.call(this)));
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
      EditorView.contentAttributes.of({ "aria-label": this.names.label, "aria-describedby": this.names.problem }),
      EditorView.lineWrapping,
      lineNumbers({ domEventHandlers: { mousedown: pressLineNumber } }),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      indentUnit.of("    "),
      pythonLanguage,
      syntaxHighlighting(COLOURS),
      litPlaces,
      sourceMarks,
      keymap.of([{ key: "F9", run: stopAtCursor }, ...defaultKeymap, ...historyKeymap]),
      EditorView.updateListener.of((update) => this.follow(update)),
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
    const source = this.text();
    const editor = this.editor;
    if (!editor || editor.state.doc.toString() === source) return;
    const effects = drawStops(stops.peek().lines);
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: source }, effects });
  }

  /** @returns {void} */
  showProblem() {
    const wrong = this.wrong();
    const editor = this.editor;
    if (!editor) return;
    const text = editor.state.doc.toString();
    const range = wrong?.span ? toRange(text, wrong.span) : null;
    /** @type {import("@codemirror/lint").Diagnostic[]} */
    const marks = wrong && range ? [{ ...visible(range, text), severity: "error", message: wrong.message }] : [];
    editor.dispatch(setDiagnostics(editor.state, marks));
  }

  /** @returns {void} */
  showStops() {
    const { lines } = stops.value;
    if (this.editor && lines.join() !== stopLinesOf(this.editor.state).join())
      this.editor.dispatch({ effects: drawStops(lines) });
  }

  /** Values, turns and decisions at the current step; while the source is ahead of its trace they stay as they are. */
  showValues() {
    const [shown, shot, { source }] = [trace.value, snapshot.value, question.value];
    const wrong = problem.value !== null;
    if (!this.editor || !shown || !shot) return;
    if (this.traced.graph !== shown.graph)
      this.traced = { graph: shown.graph, source, assigned: listAssigned(shown), tests: listTests(shown) };
    if (this.traced.source !== source && !wrong) return;
    this.account = wrong || source !== this.traced.source ? null : this.accountOf(shown, shot);
    const below = this.account ? crowdedLines(this.editor, this.account) : [];
    this.editor.dispatch({ effects: drawAccount(this.editor.state, this.account, below) });
    this.placeInlays();
  }

  /** @returns {void} */
  placeInlays() {
    const { account } = this;
    this.editor?.requestMeasure({
      key: this,
      read: (editor) => (account ? placeInlays(editor, account) : []),
      write: (rows) => void (this.inlays.rows = rows),
    });
  }

  /**
   * @param {import("@codemirror/view").ViewUpdate} update
   * @returns {void}
   */
  follow({ docChanged, geometryChanged, state }) {
    if (docChanged) this.edit(state.doc.toString(), stopLinesOf(state));
    if (geometryChanged && this.account) this.placeInlays();
  }

  /**
   * @param {import("../trace.js").Trace} shown
   * @param {import("../replay.js").Snapshot} shot
   * @returns {import("./source-marks.js").Account}
   */
  accountOf(shown, shot) {
    const owner = shot.now ? ownerOf(shown, shot.now.index) : -1;
    return {
      values: valuesOfLines(shown, shot, this.traced.assigned),
      turns: turnsAt(shown, course.value?.turnCounts ?? [], step.value),
      outcomes: outcomesAt(this.traced.tests, owner),
      line: shown.graph.span[owner]?.[0] ?? 0,
      quantity: derivativeOf(shown.mode),
      phase: quantityOfPhase(shot.now?.phase ?? "").name,
    };
  }

  /** @returns {void} */
  showLit() {
    const spans = this.litSpans();
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
 * @param {EditorView} editor
 * @param {{from: number}} block
 * @returns {boolean}
 */
function pressLineNumber(editor, { from }) {
  toggleStop("lines", editor.state.doc.lineAt(from).number);
  return true;
}

/**
 * @param {EditorView} editor
 * @returns {boolean}
 */
function stopAtCursor({ state }) {
  toggleStop("lines", state.doc.lineAt(state.selection.main.head).number);
  return true;
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
