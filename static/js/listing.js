/**
 * The order of the Wengert list: nodes as the program made them, groups where their first node stands. Pure functions.
 *
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {{box: import("./picture.js").Box | null, frame: import("./picture.js").Frame | null, depth: number}} Entry
 *   A box, or the heading of an open group; `depth`: how many open groups are around it.
 */

/**
 * @param {Picture} picture
 * @returns {Entry[]}
 */
export function listEntries({ boxes, frames }) {
  const frameOf = new Map(frames.map((frame) => [frame.group, frame]));
  /** @type {Map<number, number>} */
  const depths = new Map([[-1, 0]]);
  return boxes.flatMap((box) => {
    /** @type {Entry[]} */
    const headings = [];
    for (let frame = frameOf.get(box.frame); frame && !depths.has(frame.group); frame = frameOf.get(frame.frame)) {
      headings.unshift({ box: null, frame, depth: 0 });
    }
    for (const heading of headings) {
      const { group, frame } = /** @type {import("./picture.js").Frame} */ (heading.frame);
      heading.depth = depths.get(frame) ?? 0;
      depths.set(group, heading.depth + 1);
    }
    return [...headings, { box, frame: null, depth: depths.get(box.frame) ?? 0 }];
  });
}

/**
 * The entry that shows a node: its own, or that of the group which holds it.
 * @param {Entry[]} entries
 * @param {number} id of the box
 * @returns {number} -1 where there is none
 */
export function placeOfBox(entries, id) {
  return entries.findIndex(({ box }) => box?.id === id);
}
