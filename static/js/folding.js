/**
 * Which groups stand open, and where each node is to be found: itself, or in a closed group. Pure functions.
 *
 * @typedef {import("./groups.js").GroupTree} GroupTree
 * @typedef {import("./groups.js").Group} Group
 * @typedef {{
 *   toggled: readonly string[], pages: Readonly<Record<string, number>>, all: boolean, following: boolean
 * }} Folds What a person has changed: groups that are not as they arrived, the first turn that a long loop shows.
 * @typedef {{id: number, loop: number, from: number, to: number}} Rest Turns of a long loop that are not shown one by one.
 * @typedef {{holder: number[], frames: number[], rests: Rest[], closed: number[], signature: string}} Folding
 *   `holder`: for each node the id of the box that shows it; `frames`: the open groups; `closed`: the closed ones in view.
 */

/** A first picture has about so many boxes at most, if folding can make it so. */
const MOST_AT_FIRST = 24;
/** So deep do groups arrive open at most. */
const DEEPEST_AT_FIRST = 3;
const MOST_SIDE_BY_SIDE = 4;
/** A longer list of what is open is not worth its place in an address. */
const LONGEST_ADDRESS = 160;
/** A loop of more turns than this shows a page of them. */
const MOST_TURNS = 12;
export const PAGE = 8;

/** @type {Folds} */
export const AS_ARRIVED = Object.freeze({
  toggled: Object.freeze([]),
  pages: Object.freeze({}),
  all: false,
  following: false,
});

/**
 * @param {Group} group
 * @returns {boolean}
 */
function isPaged(group) {
  return group.groups.length > MOST_TURNS && (group.kind === "loop" || group.kind === "block");
}

/**
 * How many boxes more there are once a group stands open.
 * @param {Group} group
 * @returns {number}
 */
function costOfOpening(group) {
  return group.nodes.length + (isPaged(group) ? PAGE + 1 : group.groups.length) - 1;
}

/**
 * Elements and repeated blocks stand side by side and are soon too wide; deep frames leave no room for what they hold.
 * @param {Group} group
 * @returns {boolean}
 */
function arrivesClosed({ kind, key, groups, nodes }) {
  if (kind === "input" || key.split(".").length > DEEPEST_AT_FIRST) return true;
  return kind === "block" && groups.length + nodes.length > MOST_SIDE_BY_SIDE;
}

/**
 * Which groups arrive open: from the outside in, turns of one loop all or none, while the picture stays legible.
 * @param {GroupTree} tree
 * @returns {boolean[]}
 */
export function openOnArrival({ groups, top }) {
  const open = groups.map(() => false);
  let boxes = top.nodes.length + top.groups.length;
  const families = top.groups.map((index) => [index]);
  for (let family = families.shift(); family; family = families.shift()) {
    const members = family.map((index) => /** @type {Group} */ (groups[index]));
    if (members.some(arrivesClosed)) continue;
    const shown = members.length > MOST_TURNS ? members.slice(0, PAGE) : members;
    const cost = shown.reduce((sum, group) => sum + costOfOpening(group), 0);
    if (boxes + cost > MOST_AT_FIRST) continue;
    boxes += cost;
    for (const index of family) open[index] = true;
    for (const { kind, groups: inner } of shown) {
      families.push(...(kind === "loop" || kind === "block" ? [inner] : inner.map((index) => [index])));
    }
  }
  return open;
}

/**
 * @param {number} turn
 * @returns {number} the first turn of the page that a turn is on
 */
export function pageOf(turn) {
  return turn - (turn % PAGE);
}

/**
 * @param {GroupTree} tree
 * @param {boolean[]} arrived
 * @param {Folds} folds
 * @param {number} follow the group whose surroundings are to be open; -1 for none
 * @returns {{open: boolean[], pages: Map<number, number>}}
 */
function decideOpen({ groups }, arrived, folds, follow) {
  const toggled = new Set(folds.toggled);
  const open = groups.map(({ key }, index) => folds.all || (arrived[index] ?? false) !== toggled.has(key));
  const pages = new Map(groups.flatMap(({ key }, index) => (key in folds.pages ? [[index, folds.pages[key] ?? 0]] : [])));
  for (let at = follow; at >= 0; at = groups[at]?.parent ?? -1) {
    const group = /** @type {Group} */ (groups[at]);
    open[at] = true;
    if (group.parent >= 0) pages.set(group.parent, pageOf(group.place));
  }
  return { open, pages: /** @type {Map<number, number>} */ (pages) };
}

/**
 * @param {GroupTree} tree
 * @param {boolean[]} arrived from `openOnArrival`
 * @param {Folds} folds
 * @param {number} [follow]
 * @returns {Folding}
 */
export function foldGroups(tree, arrived, folds, follow = -1) {
  const { groups, groupOf } = tree;
  const { open, pages } = decideOpen(tree, arrived, folds, follow);
  const size = groupOf.length;
  /** @type {number[]} the box that a group lies in; -1 where it stands open */
  const within = [];
  /** @type {Map<number, Rest>} */
  const rests = new Map();
  groups.forEach((group, index) => {
    const around = groups[group.parent];
    const outside = within[group.parent] ?? -1;
    const rest = around && outside < 0 && !folds.all ? restOf(group, around, pages.get(group.parent) ?? 0) : null;
    if (rest) rest.id = size + groups.length + 2 * group.parent + (rest.from > 0 ? 1 : 0);
    if (rest) rests.set(rest.id, rest);
    within.push(outside >= 0 ? outside : rest ? rest.id : open[index] ? -1 : size + index);
  });
  const frames = groups.flatMap((_, index) => (within[index] === -1 ? [index] : []));
  const closed = groups.flatMap((_, index) => (within[index] === size + index ? [index] : []));
  const holder = groupOf.map((group, node) => (group < 0 || within[group] === -1 ? node : (within[group] ?? node)));
  const signature = `${frames.join()}|${[...rests.values()].map(({ id, from }) => `${id}:${from}`).join()}`;
  return { holder, frames, rests: [...rests.values()], closed, signature };
}

/**
 * The stretch of turns that a turn is in when its page is not shown.
 * @param {Group} turn
 * @param {Group} loop
 * @param {number} page the first turn that is shown
 * @returns {Rest | null} null where the turn is shown
 */
function restOf(turn, loop, page) {
  if (!isPaged(loop)) return null;
  const first = Math.min(page, pageOf(loop.groups.length - 1));
  const loopIndex = turn.parent;
  if (turn.place < first) return { id: -1, loop: loopIndex, from: 0, to: first };
  if (turn.place < first + PAGE) return null;
  return { id: -1, loop: loopIndex, from: first + PAGE, to: loop.groups.length };
}

/**
 * The key of the line along which a node feeds another, or nothing where both are inside one closed group.
 * @param {Folding} folding
 * @param {number} user
 * @param {number} arg
 * @param {number} argument
 * @returns {string}
 */
export function lineKeyOf({ holder }, user, arg, argument) {
  const to = holder[user] ?? user;
  if (to === user) return `${user}.${arg}`;
  return holder[argument] === to ? "" : `${argument}>${to}`;
}

/**
 * What a person has opened and closed, short: `all`, `follow`, keys of groups, `0@16` for the page of a long loop.
 * @param {Folds} folds
 * @returns {string}
 */
export function writeFolds({ toggled, pages, all, following }) {
  const turned = Object.entries(pages).map(([key, page]) => `${key}@${page}`);
  const words = [...(all ? ["all"] : []), ...(following ? ["follow"] : []), ...toggled, ...turned].join("_");
  return words.length > LONGEST_ADDRESS ? "" : words;
}

/**
 * @param {string | null} text
 * @returns {Folds}
 */
export function readFolds(text) {
  const words = (text ?? "").split("_");
  const pages = words.flatMap((word) => {
    const found = /^([\d.]{1,40})@(\d{1,7})$/.exec(word);
    return found ? [[found[1], Number(found[2])]] : [];
  });
  return {
    toggled: words.filter((word) => /^\d[\d.]{0,40}$/.test(word)),
    pages: Object.fromEntries(pages),
    all: words.includes("all"),
    following: words.includes("follow"),
  };
}
