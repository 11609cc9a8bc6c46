/** The animation as a film: the steps are gone through, and the drawing of each becomes a frame. */

import { paintFigure, wholeFrame } from "../figure.js";
import { writeGif } from "../gif.js";
import * as store from "../store.js";
import { drawFigure, keepFile, liveDrawing } from "./exporting.js";
import { durationOf, goTo } from "./playback.js";
import { announce } from "./telling.js";

/**
 * @typedef {"gif" | "webm"} FilmFormat
 * @typedef {{canvas: HTMLCanvasElement, step: number, pause: number}} Shot
 */

/** A longer trace is thinned out. */
const MOST_FRAMES = 120;
const LAST_PAUSE = 1800;
const LARGEST_SIDE = 1280;

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
 * Go through the steps and paint each.
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Shot, void, void>}
 */
async function* shootSteps(signal) {
  const drawing = liveDrawing();
  if (!drawing) return;
  const boxes = store.picture.value?.boxes.length ?? 0;
  const frame = wholeFrame(drawing, boxes);
  const canvas = document.createElement("canvas");
  const steps = listSteps();
  for (const [place, step] of steps.entries()) {
    if (signal.aborted) return;
    goTo(step);
    await drawn();
    const figure = drawFigure(drawing, frame);
    const scale = Math.min(1, LARGEST_SIDE / Math.max(figure.width, figure.height));
    if (!place) {
      canvas.width = 2 * Math.round((figure.width * scale) / 2);
      canvas.height = 2 * Math.round((figure.height * scale) / 2);
    }
    await paintFigure(figure, canvas);
    store.filming.value = { done: place + 1, total: steps.length };
    const kind = store.snapshot.value?.now?.kind ?? "";
    const pause = place === steps.length - 1 ? LAST_PAUSE : durationOf(kind) / store.speed.value;
    yield { canvas, step, pause };
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Blob | null>}
 */
async function filmGif(signal) {
  /** @type {import("../gif.js").Frame[]} */
  const frames = [];
  let [width, height] = [0, 0];
  for await (const { canvas, pause } of shootSteps(signal)) {
    ({ width, height } = canvas);
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data;
    if (pixels) frames.push({ pixels, pause });
  }
  return frames.length && !signal.aborted ? new Blob([writeGif(frames, width, height)], { type: "image/gif" }) : null;
}

/**
 * The recorder takes what the canvas shows while it shows it: this takes as long as the film is.
 * @param {AbortSignal} signal
 * @returns {Promise<Blob | null>}
 */
async function filmWebm(signal) {
  /** @type {Blob[]} */
  const parts = [];
  /** @type {MediaRecorder | null} */
  let recorder = null;
  for await (const { canvas, pause } of shootSteps(signal)) {
    recorder ??= startRecorder(canvas, parts);
    await new Promise((done) => setTimeout(done, pause));
  }
  if (!recorder) return null;
  const ended = new Promise((done) => recorder?.addEventListener("stop", done));
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
  if (store.filming.value || !store.trace.value) return;
  const before = store.step.value;
  flight.controller = new AbortController();
  const { signal } = flight.controller;
  store.filming.value = { done: 0, total: listSteps().length };
  try {
    const film = await (format === "gif" ? filmGif(signal) : filmWebm(signal));
    if (film) keepFile(`wengert.${format}`, film);
    else announce("No film was made.");
  } finally {
    store.filming.value = null;
    goTo(before);
  }
}
