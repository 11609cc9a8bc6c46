/** The one store: plain data in signals. Only `actions/` writes here; views read. */

import { computed, signal } from "@preact/signals-core";
import { fillIn, nodesAsked } from "./cells.js";
import { replay } from "./replay.js";
import { AS_ARRIVED, foldGroups, openOnArrival } from "./folding.js";
import { groupNodes } from "./groups.js";
import { drawPicture } from "./picture.js";
import { courseOf, findStops } from "./timeline.js";

/**
 * @template T
 * @typedef {import("@preact/signals-core").Signal<T>} Signal
 */
/**
 * @typedef {import("./protocol.js").Question} Question
 * @typedef {"" | "gallery" | "help" | "share"} PanelName
 * @typedef {"event" | "node" | "turn" | "stop"} Stride How far one step goes.
 * @typedef {import("./quantities.js").Part} Part
 * @typedef {import("./timeline.js").Region} Region
 * @typedef {import("./timeline.js").Stops} Stops
 * @typedef {{picture: import("./picture.js").Picture, layout: import("./layout/layout.js").Layout, args: number[][]}} Drawing
 * @typedef {{
 *   title: string, words: string, pages: {paper: import("./protocol.js").Paper, drawing: Drawing | null}[],
 *   withKey: boolean
 * }} Sheet
 * @typedef {{output: number, input: number}} Choice Which derivative the four ways show.
 * @typedef {import("./protocol.js").Way} Way
 * @typedef {Omit<import("./protocol.js").ExerciseSpec, "source" | "point">} Drill
 * @typedef {{state: "idle" | "busy" | "done" | "failed", ways: Way[], message: string}} Comparison
 */

/** @type {Question} */
const NO_QUESTION = { source: "", point: {}, mode: "reverse", shared: false };

/** @type {Comparison} */
const NO_COMPARISON = { state: "idle", ways: [], message: "" };

/** @type {import("./practice/session.js").PracticeState} */
const NO_PRACTICE = {
  ...{ table: null, record: { version: 0, since: "", attempts: [], own: null }, now: 0, running: null, session: null },
  ...{ closing: null, aside: "", said: "", refused: "", asking: false },
};

/** What is asked: the function, where, and how. @type {Signal<Question>} */
export const question = signal(NO_QUESTION);

/** What the server read in the source. @type {Signal<import("./protocol.js").Program | null>} */
export const program = signal(/** @type {import("./protocol.js").Program | null} */ (null));

/** The last good trace. @type {Signal<import("./trace.js").Trace | null>} */
export const trace = signal(/** @type {import("./trace.js").Trace | null} */ (null));

/** How many events have happened. */
export const step = signal(0);

export const playing = signal(false);

export const speed = signal(1);

/** @type {Signal<Stride>} */
export const stride = signal(/** @type {Stride} */ ("event"));

/** The steps that playing repeats. @type {Signal<Region | null>} */
export const region = signal(/** @type {Region | null} */ (null));

/** Breakpoints. @type {Signal<Stops>} */
export const stops = signal(/** @type {Stops} */ ({ nodes: [], lines: [] }));

/** The number whose origin is asked. @type {Signal<{node: number, part: Part} | null>} */
export const why = signal(/** @type {{node: number, part: Part} | null} */ (null));

/** What stands beside the view. @type {Signal<import("./beside.js").Beside | null>} */
export const beside = signal(/** @type {import("./beside.js").Beside | null} */ (null));

/** How far a film of the steps has come. @type {Signal<{done: number, total: number} | null>} */
export const filming = signal(/** @type {{done: number, total: number} | null} */ (null));

/** What is wrong with what was typed. @type {Signal<import("./protocol.js").Problem | null>} */
export const problem = signal(/** @type {import("./protocol.js").Problem | null} */ (null));

/** A sentence about the server when it does not answer. */
export const trouble = signal("");

/** An answer has been awaited for longer than a person overlooks. */
export const busy = signal(false);

/** Whether letters and signs act as keys; some people dictate, or press keys by accident. */
export const characterKeys = signal(true);

/** A word of confirmation that goes by itself. */
export const notice = signal("");

/** The nodes that the pointer or the focus is on, wherever it is. @type {Signal<number[]>} */
export const hover = signal(/** @type {number[]} */ ([]));

/** Explanations by event. @type {Signal<Map<number, import("./protocol.js").Explanation>>} */
export const explanations = signal(/** @type {Map<number, import("./protocol.js").Explanation>} */ (new Map()));

/** Which groups of the graph are not folded as they arrived. @type {Signal<import("./folding.js").Folds>} */
export const folds = signal(AS_ARRIVED);

/** The picture that is laid out, with its layout. @type {Signal<Drawing | null>} */
export const drawing = signal(/** @type {Drawing | null} */ (null));

export const layout = computed(() => drawing.value?.layout ?? null);

/** @type {Signal<Choice>} */
export const choice = signal({ output: 0, input: 0 });

/** Forward, reverse and numerical. @type {Signal<Comparison>} */
export const comparison = signal(NO_COMPARISON);

/** The symbolic way, which may take long and runs apart. @type {Signal<Comparison>} */
export const symbolic = signal(NO_COMPARISON);

/** Whether the formula is to be simplified. */
export const simplified = signal(false);

/** How many operations sharing saves in this source; null where the program as written has not been seen. */
export const savings = signal(/** @type {number | null} */ (null));

/** @type {Signal<PanelName>} */
export const panel = signal(/** @type {PanelName} */ (""));

/** @type {Signal<import("./protocol.js").Catalog | null>} */
export const catalog = signal(/** @type {import("./protocol.js").Catalog | null} */ (null));

/**
 * What a lab shows: its row of the catalog, the options by name, the last good answer.
 * @type {Signal<import("./protocol.js").LabState | null>}
 */
export const lab = signal(/** @type {import("./protocol.js").LabState | null} */ (null));

/** The lesson that is open, with the replies by question. @type {Signal<import("./protocol.js").LessonState>} */
export const lesson = signal({ name: "", questions: 0, replies: new Map() });

/** What was answered rightly in all lessons, on this visit or before. @type {Signal<import("./lesson-memory.js").Answered>} */
export const answered = signal(/** @type {import("./lesson-memory.js").Answered} */ ({}));

/** The exercise that is being done. @type {Signal<import("./protocol.js").ExerciseState | null>} */
export const exercise = signal(/** @type {import("./protocol.js").ExerciseState | null} */ (null));

/** How often a blank was picked outside of its table, whose field then takes the focus. */
export const picked = signal(0);
/** Which opening of an exercise is the newest: one that is overtaken shows nothing. */
export const opening = signal(0);

/** What has come of the last answer in an exercise, in words. */
export const spoken = signal("");

/** Which exercise of the function is wanted. @type {Signal<Drill>} */
export const drill = signal({ kind: "forward", seed: 0, level: 1 });

/** Practice: the record, and what is being done. @type {Signal<import("./practice/session.js").PracticeState>} */
export const practice = signal(NO_PRACTICE);

/** The assignment that is being done. @type {Signal<import("./protocol.js").AssignmentState | null>} */
export const assignment = signal(/** @type {import("./protocol.js").AssignmentState | null} */ (null));

/** The assignment that is being made. @type {Signal<import("./protocol.js").AssigningState | null>} */
export const assigning = signal(/** @type {import("./protocol.js").AssigningState | null} */ (null));

/** What is to be printed. @type {Signal<Sheet | null>} */
export const sheet = signal(/** @type {Sheet | null} */ (null));

/** @type {import("./checking.js").Checking} */
const NO_CHECKING = { derivative: "", report: null, problem: null };

/** A derivative that is checked. */
export const checking = signal(NO_CHECKING);

/** The graph alone: it stays the same object while only numbers change. */
export const graph = computed(() => trace.value?.graph ?? null);

/** How the trace was swept. */
const mode = computed(() => trace.value?.mode ?? "reverse");

/** The names of the outputs, as one object while only numbers change. */
const outputs = computed(() => trace.value?.outputs ?? []);

/** Everything known after the current step; in an exercise, what is given and what has been found. */
export const snapshot = computed(() => {
  if (!trace.value) return null;
  return exercise.value ? fillIn(trace.value, exercise.value) : replay(trace.value, step.value);
});

/** Loops, turns, calls and blocks. */
export const tree = computed(() => (graph.value ? groupNodes(graph.value) : null));

/** The groups that stand open before anyone has touched them. */
export const arrived = computed(() => (tree.value ? openOnArrival(tree.value) : []));

/** The innermost group of the current step, where the graph is to follow it; -1 for none. */
const followed = computed(() => {
  const node = folds.value.following ? snapshot.value?.now?.node : undefined;
  return node === undefined ? -1 : (tree.value?.groupOf[node] ?? -1);
});

export const folding = computed(() =>
  tree.value ? foldGroups(tree.value, arrived.value, folds.value, followed.value) : null,
);

/** What is to be drawn; `drawing` is what has been laid out of it. */
export const picture = computed(() =>
  graph.value && tree.value && folding.value
    ? drawPicture(graph.value, outputs.value, tree.value, folding.value, mode.value)
    : null,
);

/** What stays of a trace while only its numbers change. */
const order = computed(() => trace.value?.events.node ?? null);

/** Where nodes end, turns begin, decisions fall, and what is kept. */
export const course = computed(() => {
  void order.value;
  const shown = trace.peek();
  return shown ? courseOf(shown) : null;
});

/** The steps at which the breakpoints stop. */
export const stopSteps = computed(() => {
  void order.value;
  const shown = trace.peek();
  return shown ? findStops(shown, stops.value) : [];
});

/** The shown trace is not of what is in the editor: it is dimmed. */
export const outdated = computed(() => problem.value !== null || trouble.value !== "");

/** The nodes that the current blank of an exercise is about. */
const asked = computed(() => (exercise.value && graph.value ? nodesAsked(exercise.value, graph.value) : []));

/** The nodes that every view lights: those pointed at, else those of the current step. */
export const lit = computed(() => {
  if (hover.value.length) return hover.value;
  if (exercise.value) return asked.value;
  const now = snapshot.value?.now;
  return now && now.kind !== "result" ? [now.node] : [];
});
