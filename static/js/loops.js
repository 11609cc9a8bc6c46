/**
 * Loops: a graph knows each turn as a context of its own; here the turns of one loop come together. Pure functions of
 * the contexts.
 *
 * @typedef {import("./protocol.js").Context} Context
 * @typedef {{context: number, label: string, turn: number, turns: number, line: number}} Turn
 */

/**
 * The innermost loop turn that each context lies in, itself included; -1 outside of loops.
 * @param {Context[]} contexts parents before their children
 * @returns {number[]}
 */
export function innermostTurns(contexts) {
  /** @type {number[]} */
  const found = [];
  contexts.forEach(({ kind, parent }, context) => {
    found.push(kind === "loop" ? context : parent === null ? -1 : (found[parent] ?? -1));
  });
  return found;
}

/**
 * How many turns the loop has that each context is a turn of; 0 for what is no turn.
 * @param {Context[]} contexts
 * @returns {number[]}
 */
export function countTurns(contexts) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const keys = contexts.map(({ kind, parent, span }) => (kind === "loop" ? `${parent}@${span?.join()}` : ""));
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return keys.map((key) => (key ? (counts.get(key) ?? 0) : 0));
}

/**
 * The loop turns around a context, the outermost first.
 * @param {Context[]} contexts
 * @param {number[]} counts from `countTurns`
 * @param {number} context
 * @returns {Turn[]}
 */
export function turnsAround(contexts, counts, context) {
  /** @type {Turn[]} */
  const turns = [];
  /** @type {number | null} */
  let at = context;
  while (at !== null) {
    /** @type {Context | undefined} */
    const here = contexts[at];
    if (here?.kind === "loop") {
      const { label, turn, span } = here;
      turns.unshift({ context: at, label, turn: turn ?? 1, turns: counts[at] ?? 1, line: span?.[0] ?? 0 });
    }
    at = here?.parent ?? null;
  }
  return turns;
}
