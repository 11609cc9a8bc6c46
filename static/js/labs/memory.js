/** Memory: the tape over time, the schedule of a sweep with checkpoints, and what each number of them costs. */

import { html } from "lit";
import { line } from "../plot/line.js";
import { points } from "../plot/points.js";
import { rule } from "../plot/rule.js";

/**
 * @typedef {import("../protocol.js").LabAnswer} LabAnswer
 * @typedef {{kind: string, turn: number, to: number, again: number, held: number}} Action
 * @typedef {{
 *   actions: Action[], turns: number, checkpoints: number, advanced: number, peak: number, plain: number,
 *   choices: {checkpoints: number, advances: number}[]
 * }} Schedule
 */

/**
 * @param {LabAnswer} answer
 * @returns {import("lit").TemplateResult}
 */
export function draw(answer) {
  const schedule = answer.schedule;
  return html`<wg-plot .plot=${plotTape(answer)}></wg-plot>
    ${
      schedule
        ? html`<wg-plot .plot=${plotSchedule(schedule)}></wg-plot>
            <wg-plot .plot=${plotHeld(schedule)}></wg-plot>
            <wg-plot .plot=${plotChoices(schedule)}></wg-plot>`
        : html`<p>Write a loop to see its turns run again instead of being kept.</p>`
    }`;
}

/**
 * A line that stays where it is until it changes.
 * @param {number[]} x
 * @param {number[]} y
 * @returns {{x: number[], y: number[]}}
 */
export function stairs(x, y) {
  const across = x.flatMap((each, place) => (place ? [each, each] : [each]));
  const up = y.flatMap((each, place) => (place ? [y[place - 1] ?? 0, each] : [each]));
  return { x: across, y: up };
}

/**
 * @param {LabAnswer} answer
 * @returns {import("../plot/plot.js").Plot}
 */
function plotTape({ moments: { step, live, nodes }, everything, peak, bytes }) {
  const all = stairs([0, ...step, 2 * nodes], [0, ...live, live.at(-1) ?? 0]);
  return {
    title: "Values held on the tape",
    description: `The tape grows to ${peak} values of ${bytes} bytes, then shrinks. All ${everything} values are a line.`,
    x: { label: "step: values rise, then adjoints fall", domain: [0, 2 * nodes] },
    y: { label: "values held", unit: `${bytes} bytes each` },
    height: 240,
    marks: [
      line({ ...all, quantity: "primal", label: "values that a partial reads again" }),
      rule({ y: everything, words: "if all were kept" }),
      rule({ x: nodes, words: "the sweep turns", quantity: "adjoint" }),
    ],
  };
}

/**
 * @param {Schedule} schedule
 * @returns {import("../plot/plot.js").Plot}
 */
function plotSchedule({ actions, turns, advanced }) {
  /** @param {string} kind */
  const places = (kind) => actions.flatMap((action, time) => (action.kind === kind ? [{ ...action, time }] : []));
  const runs = places("advance").flatMap(({ time, turn, to }) => [
    [time, turn],
    [time + 1, to],
    [NaN, NaN],
  ]);
  const [stored, restored, reversed] = ["store", "restore", "reverse"].map(places);
  return {
    title: "The schedule: which turn is at work when",
    description: `${turns} turns are swept back; ${advanced} turns are run beyond that.`,
    x: { label: "action", domain: [0, actions.length] },
    y: { label: "turn of the loop", domain: [0, turns] },
    height: 320,
    marks: [
      line({
        x: runs.map(([time = NaN]) => time),
        y: runs.map(([, turn = NaN]) => turn),
        quantity: "primal",
        label: "turns run, keeping nothing",
      }),
      points({ ...spots(stored), series: 1, shape: "square", label: "state stored" }),
      points({ ...spots(restored), series: 3, shape: "triangle", label: "state restored" }),
      points({ ...spots(reversed, 0.5), quantity: "adjoint", shape: "diamond", label: "turn swept back" }),
    ],
  };
}

/**
 * @param {(Action & {time: number})[] | undefined} actions
 * @param {number} shift
 * @returns {{x: number[], y: number[], words: string[]}}
 */
function spots(actions = [], shift = 0) {
  return {
    x: actions.map(({ time }) => time + 0.5),
    y: actions.map(({ turn }) => turn + shift),
    words: actions.map(({ kind, turn, held }) => `${kind} ${turn}, ${held} values held`),
  };
}

/**
 * @param {Schedule} schedule
 * @returns {import("../plot/plot.js").Plot}
 */
function plotHeld({ actions, peak, plain }) {
  const times = actions.map((_, time) => time + 1);
  const held = stairs([0, ...times], [actions[0]?.held ?? 0, ...actions.map((action) => action.held)]);
  return {
    title: "Values held during the schedule",
    description: `At most ${peak} values are held, where a plain tape holds ${plain}.`,
    x: { label: "action", domain: [0, actions.length] },
    y: { label: "values held", unit: "8 bytes each", domain: [0, 1.15 * Math.max(peak, plain)] },
    height: 200,
    marks: [
      line({ ...held, quantity: "primal", label: "with checkpoints" }),
      rule({ y: plain, words: "a plain tape" }),
    ],
  };
}

/**
 * @param {Schedule} schedule
 * @returns {import("../plot/plot.js").Plot}
 */
function plotChoices({ choices, checkpoints, advanced, turns }) {
  const [x, y] = [choices.map((each) => each.checkpoints), choices.map((each) => each.advances)];
  return {
    title: "What a number of checkpoints costs",
    description: `With ${checkpoints} checkpoints ${advanced} turns are run beyond those swept back.`,
    x: { label: "checkpoints", domain: [0, 21] },
    y: { label: "turns run beyond those swept back", scale: advanced && y.every(Boolean) ? "log" : "linear" },
    height: 220,
    marks: [
      line({ x, y, quantity: "primal" }),
      points({ x, y, quantity: "primal", words: x.map((each, place) => `${each} checkpoints: ${y[place]} turns`) }),
      points({ x: [checkpoints], y: [advanced], quantity: "adjoint", shape: "diamond", large: true, label: "chosen" }),
      rule({ y: turns, words: "each turn once more" }),
    ],
  };
}
