/** The animation as a film: the steps are gone through, and the drawing of each becomes a frame. */

import { paintFigure, wholeFrame } from "../figure.js";
import { GifWriter } from "../gif.js";
import * as store from "../store.js";
import { drawFigure, keepFile, liveDrawing } from "./exporting.js";
import { durationOf, goTo } from "./playback.js";
import { announce } from "./telling.js";

/**
 * @typedef {"gif" | "webm"} FilmFormat
 * @typedef {{
 *   drawing: SVGSVGElement, frame: import("../figure.js").Frame | null, canvas: HTMLCanvasElement
 * }} Studio
 */

/** A longer trace is thinned out. */
const MOST_FRAMES = 120;
const LAST_PAUSE = 1800;
const LARGEST_SIDE = 1280;
/** Where in the trace the colours of a film are gathered, from its start to its end. */
const SAMPLES = Object.freeze([0, 0.25, 0.5, 0.75, 1]);

/** @returns {boolean} whether this browser can make films of that kind */
export function canFilmWebm() {
  return typeof MediaRecorder !== "undefined" && MediaRecorder.isTypeSupported("video/webm");
}

/** @returns {number[]} the steps that are shown: all of them, or as many as there is room for */
function listSteps() {
  const steps = store.trace.value?.steps ?? 0;
  const count = Math.min(steps, MOST_FRAMES - 1);
  return Array.from({ length: count + 1 }, (_, place) => Math.round((place * steps) / Math.max(1, count)));
}

/** @returns {Promise<void>} when what was changed has been drawn */
function drawn() {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
}

/**
 * The drawing, and a canvas that its figures fit.
 * @returns {Studio | null}
 */
function openStudio() {
  const drawing = liveDrawing();
  if (!drawing) return null;
  const frame = wholeFrame(drawing, store.picture.value?.boxes.length ?? 0);
  const { width, height } = drawFigure(drawing, frame);
  const scale = Math.min(1, LARGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = 2 * Math.round((width * scale) / 2);
  canvas.height = 2 * Math.round((height * scale) / 2);
  return { drawing, frame, canvas };
}

/**
 * @param {Studio} studio
 * @param {number} step
 * @returns {Promise<void>}
 */
async function shoot({ drawing, frame, canvas }, step) {
  goTo(step);
  await drawn();
  await paintFigure(drawFigure(drawing, frame), canvas);
}

/**
 * @param {Studio} studio
 * @returns {Uint8ClampedArray}
 */
function pixelsOf({ canvas }) {
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  return ink.getImageData(0, 0, canvas.width, canvas.height).data;
}

/**
 * Go through the steps and shoot each.
 * @param {Studio} studio
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<number, void, void>} how long each is to be shown, in milliseconds
 */
async function* shootSteps(studio, signal) {
  const steps = listSteps();
  for (const [place, step] of steps.entries()) {
    if (signal.aborted) return;
    await shoot(studio, step);
    store.filming.value = { done: place + 1, total: steps.length };
    const kind = store.snapshot.value?.now?.kind ?? "";
    yield place === steps.length - 1 ? LAST_PAUSE : durationOf(kind) / store.speed.value;
  }
}

/**
 * @param {Studio} studio
 * @param {AbortSignal} signal
 * @returns {Promise<Blob | null>}
 */
async function filmGif(studio, signal) {
  const steps = listSteps();
  const samples = [];
  for (const share of SAMPLES) {
    await shoot(studio, steps[Math.round(share * (steps.length - 1))] ?? 0);
    samples.push(pixelsOf(studio));
  }
  const writer = new GifWriter(samples, studio.canvas.width, studio.canvas.height);
  for await (const pause of shootSteps(studio, signal)) writer.add(pixelsOf(studio), pause);
  return signal.aborted ? null : new Blob([writer.finish()], { type: "image/gif" });
}

/**
 * The recorder takes what the canvas shows while it shows it: this takes as long as the film is.
 * @param {Studio} studio
 * @param {AbortSignal} signal
 * @returns {Promise<Blob | null>}
 */
async function filmWebm(studio, signal) {
  /** @type {Blob[]} */
  const parts = [];
  const recorder = startRecorder(studio.canvas, parts);
  for await (const pause of shootSteps(studio, signal)) await new Promise((done) => setTimeout(done, pause));
  const ended = new Promise((done) => recorder.addEventListener("stop", done));
  recorder.stop();
  await ended;
  return signal.aborted ? null : new Blob(parts, { type: "video/webm" });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Blob[]} parts
 * @returns {MediaRecorder}
 */
function startRecorder(canvas, parts) {
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm" });
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.start();
  return recorder;
}

const flight = { controller: new AbortController() };

/** @returns {void} */
export function stopFilm() {
  flight.controller.abort();
}

/**
 * @param {FilmFormat} format
 * @returns {Promise<void>}
 */
export async function saveFilm(format) {
  const studio = openStudio();
  if (store.filming.value || !store.trace.value || !studio) return;
  const before = store.step.value;
  flight.controller = new AbortController();
  const { signal } = flight.controller;
  store.filming.value = { done: 0, total: listSteps().length };
  document.documentElement.classList.add("filming");
  try {
    const film = await (format === "gif" ? filmGif(studio, signal) : filmWebm(studio, signal));
    if (film) keepFile(`wengert.${format}`, film);
    else announce("No film was made.");
  } finally {
    store.filming.value = null;
    document.documentElement.classList.remove("filming");
    goTo(before);
  }
}
