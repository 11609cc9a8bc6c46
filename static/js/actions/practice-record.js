/**
 * Keeping the record of practice: in this browser, for all its tabs, and in files. Every change reads what is kept now,
 * changes that and writes it, so that what another tab has added stays.
 */

import { tryStorage } from "../storage.js";
import * as store from "../store.js";
import { addAttempts, idOf, LONGEST_FILE, mergeRecords, readRecord, RecordError, writeRecord, emptyRecord } from "../practice/record.js";
import { count } from "../practice/words.js";
import { keepFile } from "./exporting.js";

/**
 * @typedef {import("../practice/record.js").Attempt} Attempt
 * @typedef {import("../practice/record.js").Record} Record
 */

const KEY = "wengert-practice";
/** Where a record goes that cannot be read, so that a new one does not overwrite it. */
const ASIDE = "wengert-practice-unreadable";
const NOT_KEPT = "This browser does not let the page keep a record: it lasts until the page is closed. Export it to keep it.";
const UNREADABLE = "The record that was kept here cannot be read, so a new one is begun. The old one can be saved as it is.";

/** Say that time has passed. @returns {number} now, in milliseconds */
export function lookAtClock() {
  const now = Date.now();
  show({ now });
  return now;
}

/**
 * @param {Partial<import("../practice/session.js").PracticeState>} change
 * @returns {void}
 */
export function show(change) {
  store.practice.value = { ...store.practice.value, ...change };
}

/** Show the record that is kept, and what other tabs make of it from now on. @returns {void} */
export function openRecord() {
  show({ record: emptyRecord(new Date(lookAtClock()).toISOString()) });
  show({ aside: tryStorage(() => localStorage.getItem(ASIDE), null) ?? "" });
  show({ record: readKept() });
  // From now on all tabs have the same record, also those that find nothing kept yet.
  void change((kept) => kept);
  addEventListener("visibilitychange", () => document.hidden || lookAtClock());
  addEventListener("storage", ({ key, newValue }) => {
    if (key === KEY && newValue !== null) followOther(newValue);
  });
}

/** @returns {Record} what is kept; where that is nothing or cannot be read, what is shown */
function readKept() {
  const shown = store.practice.value.record;
  const text = tryStorage(() => localStorage.getItem(KEY), null);
  if (text === null) return shown;
  try {
    return readRecord(text);
  } catch (failure) {
    if (!(failure instanceof RecordError)) throw failure;
    tryStorage(() => localStorage.setItem(ASIDE, text), undefined);
    tryStorage(() => localStorage.removeItem(KEY), undefined);
    show({ aside: text, said: `${UNREADABLE} ${failure.message}` });
    return shown;
  }
}

/**
 * @param {Record} record
 * @returns {boolean} whether it is kept
 */
function keep(record) {
  return tryStorage(() => {
    localStorage.setItem(KEY, writeRecord(record));
    return true;
  }, false);
}

/**
 * Change what is kept, alone among the tabs where the browser can see to that.
 * @param {(kept: Record) => Record} edit
 * @returns {Promise<void>}
 */
async function change(edit) {
  const act = () => {
    const record = edit(readKept());
    show({ record, ...(keep(record) ? {} : { said: NOT_KEPT }) });
  };
  if (navigator.locks) await navigator.locks.request(KEY, act);
  else act();
}

/**
 * Another tab has kept something. Of the same record nothing is lost, whoever wrote last; another record takes its
 * place, since everything was forgotten there.
 * @param {string} text
 * @returns {void}
 */
function followOther(text) {
  const ours = store.practice.value.record;
  try {
    const theirs = readRecord(text);
    const merged = theirs.since === ours.since ? mergeRecords(theirs, ours) : theirs;
    show({ record: merged });
    if (merged.attempts.length > theirs.attempts.length) void change((kept) => addAttempts(kept, merged.attempts));
  } catch (failure) {
    if (!(failure instanceof RecordError)) throw failure;
  }
}

/**
 * @param {readonly Attempt[]} attempts
 * @returns {Promise<void>}
 */
export function addToRecord(attempts) {
  return change((kept) => addAttempts(kept, attempts));
}

/**
 * @param {import("../practice/record.js").OwnFunction} own
 * @returns {Promise<void>}
 */
export function keepOwn(own) {
  return change((kept) => ({ ...kept, own }));
}

/** Save the record as a file. @returns {void} */
export function exportRecord() {
  const name = `wengert-practice-${new Date(lookAtClock()).toISOString().slice(0, 10)}.json`;
  saveText(name, writeRecord(store.practice.value.record));
}

/** Save the record that could not be read, as it was. @returns {void} */
export function exportAside() {
  saveText("wengert-practice-unreadable.txt", store.practice.value.aside);
}

/** @returns {void} */
export function discardAside() {
  tryStorage(() => localStorage.removeItem(ASIDE), undefined);
  show({ aside: "", said: "" });
}

/**
 * @param {string} name
 * @param {string} text
 * @returns {void}
 */
function saveText(name, text) {
  keepFile(name, new Blob([text], { type: "application/json" }));
}

/**
 * Add the attempts of a file to the record.
 * @param {File} file
 * @returns {Promise<void>}
 */
export async function importRecord(file) {
  try {
    if (file.size > LONGEST_FILE) throw new RecordError("This file is too large for a record of practice.");
    const theirs = readRecord(await file.text());
    const known = new Set(store.practice.value.record.attempts.map(idOf));
    const fresh = theirs.attempts.filter((each) => !known.has(idOf(each))).length;
    await change((kept) => mergeRecords(kept, theirs));
    lookAtClock();
    show({ said: `${file.name} is read: ${count(fresh, "attempt")} added, ${theirs.attempts.length - fresh} known already.` });
  } catch (failure) {
    if (!(failure instanceof RecordError)) throw failure;
    show({ said: `${file.name} is not read. ${failure.message} Nothing is changed.` });
  }
}

/** Ask whether everything is really to be forgotten, or take the question back. @param {boolean} asking @returns {void} */
export function askToForget(asking) {
  show({ asking });
}

/** Begin anew, in every tab. @returns {Promise<void>} */
export async function forgetRecord() {
  const begun = emptyRecord(new Date(lookAtClock()).toISOString());
  discardAside();
  show({ running: null, session: null, closing: null, asking: false });
  await change(() => begun);
  show({ said: "Everything is forgotten." });
}
