/**
 * How nodes and operations are written: names and symbols filled into the phrases that come with a graph.
 *
 * @typedef {import("./protocol.js").GraphColumns} GraphColumns
 * @typedef {import("./protocol.js").Phrase} Phrase
 * @typedef {{text: string, list: string, latex: string}} Called How a node is called as an argument.
 */

const DIGITS = "-0123456789";
const SUBSCRIPTS = "₋₀₁₂₃₄₅₆₇₈₉";
const SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * @param {number} number
 * @param {string} letters
 * @returns {string}
 */
function spell(number, letters) {
  return [...String(number)].map((digit) => letters[DIGITS.indexOf(digit)]).join("");
}

export class Labels {
  /**
   * @param {GraphColumns} columns
   * @param {number[][]} args
   */
  constructor(columns, args) {
    this.columns = columns;
    this.args = args;
    this.unnumbered = new Set(columns.unnumbered);
    /** @type {Map<number, Called>} */
    this.called = new Map();
  }

  /**
   * The Wengert symbol; null for constants and tests.
   * @param {number} node
   * @returns {string | null}
   */
  symbol(node) {
    if (this.written(node) || this.unnumbered.has(node)) return null;
    return `v${spell(this.columns.number[node] ?? 0, SUBSCRIPTS)}`;
  }

  /**
   * The operation with the users' names.
   * @param {number} node
   * @returns {string}
   */
  text(node) {
    return this.write(node, "text");
  }

  /**
   * The operation with Wengert symbols; an input by its own name.
   * @param {number} node
   * @returns {string}
   */
  list(node) {
    return this.write(node, this.isMade(node) ? "list" : "text");
  }

  /**
   * The operation with the users' names, as LaTeX.
   * @param {number} node
   * @returns {string}
   */
  latex(node) {
    return this.write(node, "latex");
  }

  /**
   * The local partial for an argument with the users' names; empty where the argument does not vary.
   * @param {number} node
   * @param {number} arg
   * @returns {string}
   */
  partial(node, arg) {
    const phrase = this.columns.looks[this.columns.look[node] ?? -1]?.partials[arg];
    return phrase ? this.fill(phrase, node, "text") : "";
  }

  /**
   * @param {number} node
   * @returns {boolean} whether an operation makes it
   */
  isMade(node) {
    return (this.columns.look[node] ?? -1) >= 0;
  }

  /**
   * @param {number} node
   * @param {keyof Called} voice
   * @returns {string}
   */
  write(node, voice) {
    const phrase = this.columns.looks[this.columns.look[node] ?? -1]?.[voice];
    return phrase ? this.fill(phrase, node, voice) : this.call(node)[voice];
  }

  /**
   * @param {Phrase} phrase
   * @param {number} node
   * @param {keyof Called} voice
   * @returns {string}
   */
  fill([pieces, letters], node, voice) {
    const args = this.args[node] ?? [];
    return letters.reduce(
      (text, letter, place) => text + this.call(args[letter] ?? node)[voice] + pieces[place + 1],
      pieces[0] ?? "",
    );
  }

  /**
   * How a constant is written.
   * @param {number} node
   * @returns {Called | null} null for all other nodes
   */
  written(node) {
    const [op, , , text, latex] = this.columns.kinds[this.columns.kind[node] ?? 0] ?? [""];
    return op === "const" ? { text: text ?? "", list: text ?? "", latex: latex ?? "" } : null;
  }

  /**
   * @param {number} node
   * @returns {Called}
   */
  call(node) {
    const known = this.called.get(node);
    if (known) return known;
    const called = this.written(node) ?? this.named(node);
    this.called.set(node, called);
    return called;
  }

  /**
   * A name that is given again and again, as in a loop, is counted: y⁽¹⁾, y⁽²⁾, ...
   * @param {number} node
   * @returns {Called}
   */
  named(node) {
    const { names, name, turn, number, called } = this.columns;
    const [text, list, latex] = called[node] ?? [];
    if (text !== undefined) return { text, list: list ?? "", latex: latex ?? "" };
    const symbol = this.symbol(node) ?? "";
    const given = names[name[node] ?? 0];
    const count = turn[node] ?? 0;
    const pretty = given ? given.text + (count ? `⁽${spell(count, SUPERSCRIPTS)}⁾` : "") : "";
    const typeset = given ? (count ? `{${given.latex}}^{(${count})}` : given.latex) : symbol && `v_{${number[node]}}`;
    return { text: pretty || symbol, list: symbol || pretty, latex: typeset && `\\data{node=${node}}{${typeset}}` };
  }
}
