/** The HTTP half of the protocol: one function a route. Failures are thrown as `Refusal` or `Unreachable`. */

/**
 * @typedef {import("./protocol.js").Problem} Problem
 * @typedef {import("./protocol.js").Question} Question
 * @typedef {import("./protocol.js").TraceLine} TraceLine
 */

/** The server understood the request and says what is wrong with it. */
export class Refusal extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.message);
    /** @type {Problem} */
    this.problem = problem;
  }
}

/** No usable answer: the network failed, or the server is too busy. */
export class Unreachable extends Error {
  /**
   * @param {string} message
   * @param {number} retrySeconds 0 where the server did not say
   */
  constructor(message, retrySeconds = 0) {
    super(message);
    /** @type {number} */
    this.retrySeconds = retrySeconds;
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Error>} what a status that is no success means
 */
async function readFailure(response) {
  if (response.status === 503) {
    return new Unreachable("The server is busy.", Number(response.headers.get("Retry-After")) || 1);
  }
  try {
    const { error } = await response.json();
    if (error?.message) return new Refusal(error);
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure;
  }
  return new Unreachable(`The server answered with status ${response.status}.`);
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (failure) {
    if (failure instanceof TypeError) throw new Unreachable("The server cannot be reached.");
    throw failure;
  }
  if (!response.ok) throw await readFailure(response);
  return response;
}

/**
 * @param {string} path
 * @param {object} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<Response>}
 */
function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body), signal: signal ?? null });
}

/** @returns {Promise<import("./protocol.js").Catalog>} */
export async function fetchCatalog() {
  return (await request("/api/catalog")).json();
}

/**
 * @param {string} source
 * @param {import("./protocol.js").Point} point
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./protocol.js").Program>}
 */
export async function fetchProgram(source, point, signal) {
  return (await post("/api/parse", { source, point }, signal)).json();
}

/**
 * @param {Question} question
 * @param {number} from
 * @param {number} count
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./protocol.js").Explanation[]>}
 */
export async function fetchExplanations(question, from, count, signal) {
  return (await (await post("/api/explain", { ...question, from, count }, signal)).json()).explanations;
}

/**
 * @param {{source: string, point: import("./protocol.js").Point, ways: string[], simplify?: boolean}} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./protocol.js").Way[]>}
 */
export async function fetchWays(body, signal) {
  return (await (await post("/api/compare", body, signal)).json()).ways;
}

/**
 * @param {string} name
 * @param {{source: string, point: import("./protocol.js").Point, options: object}} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./protocol.js").LabAnswer>}
 */
export async function fetchLab(name, body, signal) {
  return (await post(`/api/labs/${name}`, body, signal)).json();
}

/**
 * @param {string} name of a lesson
 * @param {{place: number, answer: string, reveal: boolean}} body
 * @returns {Promise<import("./protocol.js").Reply>}
 */
export async function fetchReply(name, body) {
  return (await post(`/api/lessons/${name}/check`, body)).json();
}

/**
 * @param {import("./protocol.js").ExerciseSpec} spec
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./protocol.js").Exercise>}
 */
export async function fetchExercise(spec, signal) {
  return (await post("/api/exercise", spec, signal)).json();
}

/**
 * @param {import("./protocol.js").ExerciseSpec & {blank: string, answers: Record<string, string>}} body
 * @returns {Promise<{verdict: import("./protocol.js").Verdict, question: import("./protocol.js").Apart | null}>}
 */
export async function fetchVerdict(body) {
  return (await post("/api/exercise/check", body)).json();
}

/**
 * @param {import("./protocol.js").ExerciseSpec & {
 *   blank: string, answers: Record<string, string>, at: import("./protocol.js").Point, answer: string
 * }} body
 * @returns {Promise<import("./protocol.js").Verdict>}
 */
export async function fetchSettled(body) {
  return (await post("/api/exercise/settle", body)).json();
}

/**
 * @param {import("./protocol.js").ExerciseSpec & {blank: string, hint: number}} body `hint` 4 is the answer
 * @returns {Promise<{level: number, words: string}>}
 */
export async function fetchHint(body) {
  return (await post("/api/exercise/hint", body)).json();
}

/** @returns {Promise<import("./practice/plan.js").Table>} */
export async function fetchPractice() {
  return (await request("/api/practice")).json();
}

/**
 * @param {string} text an assignment as it stands in its file
 * @returns {Promise<import("./protocol.js").CheckedAssignment>}
 */
export async function fetchChecked(text) {
  const headers = { "Content-Type": "application/json" };
  return (await request("/api/assignment", { method: "POST", headers, body: text })).json();
}

/**
 * @param {import("./protocol.js").ExerciseSpec} spec
 * @returns {Promise<import("./protocol.js").Paper>} with its key
 */
export async function fetchPaper({ source, point, kind, seed, level }) {
  return (await post("/api/sheet", { source, point, kind, seed, level })).json();
}

/**
 * @param {{source: string, point: import("./protocol.js").Point, backward: string}} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<import("./checking.js").Report>}
 */
export async function fetchCheck(body, signal) {
  return (await post("/api/check", body, signal)).json();
}

/**
 * The lines of a trace as they arrive.
 * @param {Question} question
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<TraceLine, void, void>}
 */
export async function* streamTrace(question, signal) {
  const response = await post("/api/trace", question, signal);
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (value ?? "")).split("\n");
      rest = done ? "" : (lines.pop() ?? "");
      for (const line of lines) if (line.trim()) yield JSON.parse(line);
      if (done) return;
    }
  } finally {
    void reader.cancel().catch(() => null);
  }
}
