/**
 * Repeated blocks: what a list comprehension or a sum writes once and the graph holds many times. They are found by
 * their places in the source, since equal places are the same piece of program run again. Pure functions.
 *
 * @typedef {import("./protocol.js").SpanColumns} SpanColumns
 * @typedef {{kind: import("./groups.js").GroupKind, label: string, span: SpanColumns | null, items: Item[]}} Cluster
 * @typedef {number | Cluster} Item A node, or nodes that belong together.
 * @typedef {{item: Item, span: SpanColumns | null}} Placed
 */

/** Fewer repetitions than this are quicker read one by one. */
const FEWEST_TURNS = 3;

/**
 * @param {SpanColumns} outer
 * @param {SpanColumns} inner
 * @returns {boolean}
 */
function encloses(outer, inner) {
  const starts = outer[0] < inner[0] || (outer[0] === inner[0] && outer[1] <= inner[1]);
  const ends = outer[2] > inner[2] || (outer[2] === inner[2] && outer[3] >= inner[3]);
  return starts && ends;
}

/**
 * The places that come again: blocks that lie in no other block, and sums of finished lists.
 * @param {Placed[]} placed
 * @returns {{blocks: SpanColumns[], folds: SpanColumns[]}}
 */
function repeatedPlaces(placed) {
  /** @type {Map<string, {span: SpanColumns, count: number}>} */
  const counts = new Map();
  for (const { span } of placed) {
    if (!span) continue;
    const known = counts.get(span.join()) ?? { span, count: 0 };
    counts.set(span.join(), { span, count: known.count + 1 });
  }
  const often = [...counts.values()].filter(({ count }) => count >= FEWEST_TURNS).map(({ span }) => span);
  const folds = often.filter((span) => isFold(placed, span));
  const blocks = often.filter((span) => !folds.includes(span));
  return { folds, blocks: blocks.filter((span) => !blocks.some((other) => other !== span && encloses(other, span))) };
}

/**
 * A sum of a finished list: one place again and again with nothing of its own in between.
 * @param {Placed[]} placed
 * @param {SpanColumns} span
 * @returns {boolean}
 */
function isFold(placed, span) {
  const inside = placed.filter((each) => each.span && encloses(span, each.span));
  const first = inside.findIndex((each) => each.span?.join() === span.join());
  return first > 0 && inside.slice(first).every((each) => each.span?.join() === span.join());
}

/**
 * Put the repetitions of a place together: each turn ends where the place itself does.
 * @param {Placed[]} members everything within the place, in order
 * @param {SpanColumns} span
 * @param {(item: Item) => string} wordsOf
 * @returns {Cluster}
 */
function gatherTurns(members, span, wordsOf) {
  /** @type {Item[][]} */
  const turns = [[]];
  for (const { item, span: place } of members) {
    turns.at(-1)?.push(item);
    if (place?.join() === span.join()) turns.push([]);
  }
  const full = turns.filter((turn) => turn.length);
  const label = `${wordsOf(/** @type {Item} */ (full[0]?.at(-1)))}, …`;
  const single = full.every((turn) => turn.length === 1);
  const items = single
    ? full.flat()
    : full.map((turn) => /** @type {Cluster} */ ({ kind: "turn", label, span: null, items: turn }));
  return { kind: "block", label, span, items };
}

/**
 * The same items with repeated blocks put together, each in the place of its first item.
 * @param {Item[]} items
 * @param {(item: Item) => SpanColumns | null} spanOf
 * @param {(item: Item) => string} wordsOf
 * @returns {Item[]}
 */
export function gatherBlocks(items, spanOf, wordsOf) {
  const placed = items.map((item) => ({ item, span: spanOf(item) }));
  const { folds, blocks } = repeatedPlaces(placed);
  const places = [...blocks, ...folds];
  if (!places.length) return items;
  /** @param {SpanColumns} span */
  const isWithin = (span) => blocks.findIndex((place) => encloses(place, span));
  /** @param {SpanColumns | null} span */
  const placeOf = (span) => (span ? Math.max(isWithin(span), places.findIndex((one) => one.join() === span.join())) : -1);
  /** @type {Map<number, Placed[]>} */
  const members = new Map();
  const homes = placed.map((each) => {
    const home = placeOf(each.span);
    if (!members.has(home)) members.set(home, []);
    members.get(home)?.push(each);
    return home;
  });
  return placed.flatMap((each, at) => {
    const home = homes[at] ?? -1;
    const place = places[home];
    if (!place) return [each.item];
    const inside = members.get(home) ?? [];
    return inside[0] === each ? [gatherTurns(inside, place, wordsOf)] : [];
  });
}
