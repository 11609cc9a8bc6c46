/**
 * How far a sweep has come inside a group, and what the group has to show for it. Pure functions.
 *
 * @typedef {import("./groups.js").GroupTree} GroupTree
 * @typedef {import("./groups.js").Group} Group
 * @typedef {import("./protocol.js").Num} Num
 * @typedef {import("./replay.js").Snapshot} Snapshot
 * @typedef {{from: number, to: number}} Turns Places of turns, `to` exclusive.
 * @typedef {{
 *   node: number, value: Num | null, derivative: Num | null, complete: boolean, known: number, derived: number,
 *   turns: number, current: number
 * }} Progress
 *   `node`: whose numbers these are, -1 for none; `known`, `derived`: how many turns are done; `current`: the turn of the
 *   current step, -1 outside.
 */

/**
 * The first number from `low` on for which a test holds that, once true, stays true.
 * @param {number} low
 * @param {number} high
 * @param {(place: number) => boolean} holds
 * @returns {number} `high` where it never does
 */
function findFirst(low, high, holds) {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * The node whose value a group hands on: the last one, or the one that is called like the given one. The elements of an
 * input stand each for itself.
 * @param {Group} group
 * @param {(string | null)[]} names
 * @param {string | null} [like]
 * @returns {number} -1 where nothing leaves the group
 */
function resultOf({ kind, results }, names, like = null) {
  if (kind === "input") return -1;
  const same = like ? results.findLast((node) => names[node] === like) : undefined;
  return same ?? results.at(-1) ?? -1;
}

/**
 * The results of the turns of a loop; of anything else the one result.
 * @param {GroupTree} tree
 * @param {Group} group
 * @param {(string | null)[]} names
 * @param {Turns | null} turns only these
 * @returns {{count: number, at: (place: number) => number}}
 */
function resultsOf(tree, group, names, turns) {
  const own = resultOf(group, names);
  const many = (group.kind === "loop" || group.kind === "block") && group.groups.length > 0;
  if (!many) return { count: 1, at: () => own };
  const from = turns?.from ?? 0;
  const like = names[own] ?? null;
  /** @param {number} place */
  const at = (place) => resultOf(/** @type {Group} */ (tree.groups[group.groups[from + place] ?? -1]), names, like);
  return { count: (turns?.to ?? group.groups.length) - from, at };
}

/**
 * @param {GroupTree} tree
 * @param {number} index
 * @param {Snapshot} shot
 * @param {(string | null)[]} names the names of the nodes
 * @param {Turns | null} [turns] only these turns of a loop
 * @returns {Progress}
 */
export function progressOf(tree, index, shot, names, turns = null) {
  const group = /** @type {Group} */ (tree.groups[index]);
  const { count, at } = resultsOf(tree, group, names, turns);
  /** @param {number} place */
  const isKnown = (place) => (shot.values[at(place)] ?? null) !== null;
  /** @param {number} place */
  const isDerived = (place) => (shot.derivatives[at(place)] ?? null) !== null;
  const known = findFirst(0, count, (place) => !isKnown(place));
  const rises = isDerived(0) && !isDerived(count - 1);
  const first = rises ? 0 : findFirst(0, count, isDerived);
  const end = rises ? findFirst(0, count, (place) => !isDerived(place)) : count;
  const falls = first > 0 && first < count;
  const node = falls ? at(first) : at(Math.max(0, (rises ? end : known || 1) - 1));
  return {
    node,
    value: shot.values[node] ?? null,
    derivative: shot.derivatives[node] ?? null,
    complete: shot.complete[node] ?? false,
    known,
    derived: end - first,
    turns: count,
    current: placeOf(tree, index, shot.now?.kind === "result" ? -1 : (shot.now?.node ?? -1)),
  };
}

/**
 * @param {GroupTree} tree
 * @param {number} index
 * @param {number} node
 * @returns {number} in which of its groups a group holds a node; 0 where it holds it itself, -1 where it does not
 */
function placeOf({ groups, groupOf }, index, node) {
  let at = groupOf[node] ?? -1;
  if (at === index) return 0;
  for (let group = groups[at]; group; group = groups[at]) {
    if (group.parent === index) return group.place;
    at = group.parent;
  }
  return -1;
}
