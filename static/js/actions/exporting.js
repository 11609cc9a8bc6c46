/** Taking away what is shown: texts to copy, files to keep. Everything is made on the page; nothing is sent. */

import { figureOf, paintFigure, wholeFrame } from "../figure.js";
import * as store from "../store.js";
import { TABLE_FORMATS, tableOf } from "../tables.js";
import { announce } from "./telling.js";

/** @typedef {import("../tables.js").TableFormat} TableFormat */

const SHARPNESS = 2;

/**
 * @param {string} text
 * @param {string} what as in "The table is copied."
 * @returns {Promise<void>}
 */
export async function copyText(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    announce(`${what} is copied.`);
  } catch (failure) {
    if (!(failure instanceof DOMException || failure instanceof TypeError)) throw failure;
    announce("The browser does not let this page copy; select the text and copy it by hand.");
  }
}

/**
 * @param {string} name
 * @param {Blob} content
 * @returns {void}
 */
export function keepFile(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  announce(`${name} is saved.`);
}

/**
 * @param {TableFormat} format
 * @returns {string} the table at the current step; empty where nothing is traced
 */
function writeTable(format) {
  const [trace, shot] = [store.trace.value, store.snapshot.value];
  if (!trace || !shot) return "";
  return TABLE_FORMATS[format].write(tableOf(trace, shot, store.step.value, store.question.value.source));
}

/**
 * @param {TableFormat} format
 * @returns {void}
 */
export function saveTable(format) {
  keepFile(`wengert.${format}`, new Blob([writeTable(format)], { type: `${TABLE_FORMATS[format].type};charset=utf-8` }));
}

/**
 * @param {TableFormat} format
 * @returns {Promise<void>}
 */
export function copyTable(format) {
  return copyText(writeTable(format), `The table as ${TABLE_FORMATS[format].label}`);
}

/** @returns {SVGSVGElement | null} the drawing of the graph */
export function liveDrawing() {
  return /** @type {SVGSVGElement | null} */ (document.querySelector("wg-graph svg.graph"));
}

/**
 * The drawing as it is now.
 * @param {SVGSVGElement} drawing
 * @param {import("../figure.js").Frame | null} frame
 * @returns {import("../figure.js").Figure}
 */
export function drawFigure(drawing, frame) {
  const [step, steps] = [store.step.value, store.trace.value?.steps ?? 0];
  const said = store.explanations.value.get(step - 1)?.sentence ?? "";
  return figureOf(drawing, frame, {
    title: store.question.value.source,
    description: `Step ${step} of ${steps}. ${said}`.trim(),
    paper: getComputedStyle(document.documentElement).backgroundColor,
    painting: document.querySelector("canvas.graph-painting"),
  });
}

/** @returns {import("../figure.js").Figure | null} */
function currentFigure() {
  const drawing = liveDrawing();
  return drawing && drawFigure(drawing, wholeFrame(drawing, store.picture.value?.boxes.length ?? 0));
}

/** @returns {void} */
export function saveSvg() {
  const figure = currentFigure();
  if (figure) keepFile("wengert.svg", new Blob([figure.text], { type: "image/svg+xml" }));
}

/** @returns {Promise<void>} */
export async function savePng() {
  const figure = currentFigure();
  if (!figure) return;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(figure.width * SHARPNESS);
  canvas.height = Math.round(figure.height * SHARPNESS);
  await paintFigure(figure, canvas);
  canvas.toBlob((blob) => blob && keepFile("wengert.png", blob), "image/png");
}
