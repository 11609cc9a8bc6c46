/** The WebSocket half of the protocol: a recorded program follows the point while a slider is dragged. */

/**
 * @typedef {import("./protocol.js").Question} Question
 * @typedef {import("./protocol.js").Point} Point
 * @typedef {import("./protocol.js").LiveMessage} LiveMessage
 * @typedef {{
 *   moved: (message: import("./protocol.js").MovedMessage, point: Point) => void,
 *   stale: () => void, refused: (problem: import("./protocol.js").Problem) => void, opened: () => void
 * }} Listener
 */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

export class LiveLine {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {Question | null} the question that the server has been told */
    this.question = null;
    /** @type {{id: number, point: Point} | null} the move that is being answered */
    this.flying = null;
    /** @type {{point: Point, step: number} | null} */
    this.waiting = null;
    this.lastId = 0;
    this.openId = 0;
    this.ready = false;
    this.attempts = 0;
  }

  /** @returns {void} */
  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/live`);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.attempts = 0;
      if (this.question) this.open(this.question);
      this.listener.opened();
    });
    socket.addEventListener("message", ({ data }) => this.receive(JSON.parse(data)));
    socket.addEventListener("close", () => this.reconnect());
  }

  /** Wait longer after each failure, and never all visitors at the same moment. @returns {void} */
  reconnect() {
    this.ready = false;
    this.flying = null;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.attempts);
    this.attempts += 1;
    setTimeout(() => this.connect(), wait * (0.5 + Math.random() / 2));
  }

  /** @returns {boolean} */
  get connected() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /**
   * Tell the server which program and mode the next moves are about.
   * @param {Question} question
   * @returns {void}
   */
  open(question) {
    this.question = question;
    this.ready = false;
    this.flying = null;
    this.waiting = null;
    if (!this.connected) return;
    this.openId = this.lastId += 1;
    this.socket?.send(JSON.stringify({ type: "open", id: this.openId, ...question }));
  }

  /**
   * Ask for the trace at another point. False where the line cannot take it now.
   * @param {Point} point
   * @param {number} step
   * @returns {boolean}
   */
  move(point, step) {
    if (!this.connected || !this.ready) return false;
    this.waiting = { point, step };
    this.sendWaiting();
    return true;
  }

  /** @returns {void} */
  sendWaiting() {
    if (this.flying || !this.waiting || !this.ready) return;
    const { point, step } = this.waiting;
    this.waiting = null;
    this.flying = { id: (this.lastId += 1), point };
    this.socket?.send(JSON.stringify({ type: "move", id: this.flying.id, point, step }));
  }

  /**
   * @param {LiveMessage} message
   * @returns {void}
   */
  receive(message) {
    if (message.type === "opened") {
      if (message.id === this.openId) this.ready = true;
      this.sendWaiting();
      return;
    }
    if (message.id !== this.flying?.id) return;
    const { point } = this.flying;
    this.flying = null;
    if (message.type === "moved") this.listener.moved(message, point);
    else if (message.type === "stale") this.listener.stale();
    else this.listener.refused(message.error);
    this.sendWaiting();
  }
}
