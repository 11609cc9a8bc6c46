/**
 * What a lab shows, in its address: the function, the point and the options where they differ from the lab's own.
 *
 * @typedef {import("./protocol.js").Lab} Lab
 * @typedef {import("./protocol.js").Option} Option
 * @typedef {import("./protocol.js").OptionValue} OptionValue
 */

import { isPoint, readJson } from "./address.js";

/**
 * @param {{source: string, point: import("./protocol.js").Point}} question
 * @param {Record<string, OptionValue>} options
 * @param {Lab} lab
 * @returns {string} without the `#`; empty where nothing differs
 */
export function writeLabAddress({ source, point }, options, lab) {
  const fields = new URLSearchParams();
  if (source !== lab.source) fields.set("f", source);
  if (JSON.stringify(point) !== JSON.stringify(lab.point)) fields.set("at", JSON.stringify(point));
  for (const { name, default: usual } of lab.options) {
    if (JSON.stringify(options[name]) !== JSON.stringify(usual)) fields.set(`o.${name}`, JSON.stringify(options[name]));
  }
  return fields.toString();
}

/**
 * @param {string} hash with or without the `#`
 * @param {Lab} lab
 * @returns {{source: string, point: import("./protocol.js").Point, options: Record<string, OptionValue>}}
 */
export function readLabAddress(hash, lab) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const point = readJson(fields.get("at"));
  const source = fields.get("f") ?? lab.source;
  const usual = source === lab.source ? lab.point : {};
  return {
    source,
    point: isPoint(point) ? point : usual,
    options: Object.fromEntries(lab.options.map((option) => [option.name, readOption(fields, option)])),
  };
}

/**
 * @param {URLSearchParams} fields
 * @param {Option} option
 * @returns {OptionValue}
 */
function readOption(fields, option) {
  const value = readJson(fields.get(`o.${option.name}`));
  return fits(option, value) ? value : option.default;
}

/**
 * @param {Option} option
 * @param {unknown} value
 * @returns {value is OptionValue}
 */
export function fits({ kind, low, high, choices }, value) {
  if (kind === "vector") return isVector(value, low, high);
  if (kind === "switch") return typeof value === "boolean";
  if (kind === "choice") return typeof value === "string" && choices.includes(value);
  if (kind === "input" || kind === "output") return typeof value === "number" && Number.isInteger(value) && value >= 0;
  const number = typeof value === "number" && Number.isFinite(value) && value >= low && value <= high;
  return number && (kind === "number" || Number.isInteger(value));
}

/**
 * @param {unknown} value
 * @param {number} low
 * @param {number} high
 * @returns {value is Record<string, number>}
 */
function isVector(value, low, high) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => typeof each === "number" && each >= low && each <= high);
}
