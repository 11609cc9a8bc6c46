/**
 * The quantities that the page shows: one colour, one mark over the letter, one label and one meaning each.
 *
 * @typedef {"primal" | "tangent" | "adjoint" | "second" | "symbolic"} QuantityName
 * @typedef {{
 *   name: QuantityName, label: string, mark: string, arrow: string, moves: string, meaning: string
 * }} Quantity
 */

/** @type {Readonly<Record<QuantityName, Quantity>>} */
export const QUANTITIES = Object.freeze({
  primal: {
    name: "primal",
    label: "primal",
    mark: "",
    arrow: "↑",
    moves: "values rise",
    meaning: "The value of a node, computed from the inputs upwards.",
  },
  tangent: {
    name: "tangent",
    label: "tangent",
    mark: "\u0307",
    arrow: "↑",
    moves: "tangents rise",
    meaning: "How fast a node changes when the inputs move along the seed direction. Marked with a dot.",
  },
  adjoint: {
    name: "adjoint",
    label: "adjoint",
    mark: "\u0304",
    arrow: "↓",
    moves: "adjoints fall",
    meaning: "How fast the weighted output changes when this node moves. Marked with a bar.",
  },
  second: {
    name: "second",
    label: "second order",
    mark: "\u0304\u0307",
    arrow: "↓",
    moves: "tangents of adjoints fall",
    meaning: "How fast the adjoint of a node changes along the direction: its tangent. Marked with a bar and a dot.",
  },
  symbolic: {
    name: "symbolic",
    label: "symbolic",
    mark: "",
    arrow: "",
    moves: "",
    meaning: "The derivative as a formula, obtained by rewriting the formula of the function.",
  },
});

export const SEED_MEANING = "Where a sweep starts: a direction in the inputs, or a weight on each output.";

/**
 * The derivative quantity that a mode propagates.
 * @param {import("./protocol.js").Mode} mode
 * @returns {Quantity}
 */
export function derivativeOf(mode) {
  if (mode === "forward") return QUANTITIES.tangent;
  return mode === "reverse" ? QUANTITIES.adjoint : QUANTITIES.second;
}

/**
 * One of a node's numbers: its value, the derivative of the mode, and in second order its tangent and its adjoint.
 * @typedef {"value" | "derivative" | "tangent" | "adjoint"} Part
 */

/** @type {readonly Part[]} */
const TWO_PARTS = Object.freeze(["value", "derivative"]);
/** @type {readonly Part[]} */
const FOUR_PARTS = Object.freeze(["value", "tangent", "adjoint", "derivative"]);

/**
 * @param {import("./protocol.js").Mode} mode
 * @returns {readonly Part[]} the numbers of a node, in the order in which they become known
 */
export function partsOf(mode) {
  return mode === "forward-over-reverse" ? FOUR_PARTS : TWO_PARTS;
}

/**
 * @param {Part} part
 * @param {import("./protocol.js").Mode} mode
 * @returns {Quantity} in first order a node's only derivative, whichever is asked for
 */
export function quantityOfPart(part, mode) {
  if (part === "value") return QUANTITIES.primal;
  return part === "derivative" || mode !== "forward-over-reverse" ? derivativeOf(mode) : QUANTITIES[part];
}

/**
 * The quantity of an event's phase; phases that are not known here are drawn as primal.
 * @param {string} phase
 * @returns {Quantity}
 */
export function quantityOfPhase(phase) {
  return phase === "tangent" || phase === "adjoint" || phase === "second" ? QUANTITIES[phase] : QUANTITIES.primal;
}

/**
 * Whether a quantity comes down from the outputs.
 * @param {Quantity} quantity
 * @returns {boolean}
 */
export function isFalling({ arrow }) {
  return arrow === "↓";
}

/**
 * A letter with the mark of a quantity: `v̄₁`, `ẋ`. The mark goes on the first letter.
 * @param {string} letter
 * @param {Quantity} quantity
 * @returns {string}
 */
export function markLetter(letter, quantity) {
  const [first = "", ...rest] = [...letter];
  return (first + quantity.mark + rest.join("")).normalize("NFC");
}
