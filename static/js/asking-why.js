/** Every number on the page answers a click: in the graph, in the list, after a line. One listener for all of them. */

import { askWhy } from "./actions/why.js";

/** A press that moves further than this is a drag. */
const DRAG = 5;

/** What is asked of other numbers is the derivative of the mode. @type {readonly import("./store.js").Part[]} */
const PARTS = Object.freeze(["value", "tangent", "adjoint"]);

/**
 * The number that an element shows: marked as such, or the digits of a node in the graph.
 * @param {Element} target
 * @returns {{node: number, part: import("./store.js").Part} | null}
 */
function numberAt(target) {
  const marked = target.closest("[data-why]");
  const drawn = target.closest("wg-graph .chip, wg-graph .box .value");
  const node = Number((marked ?? drawn)?.closest("[data-node]")?.getAttribute("data-node") ?? NaN);
  if (Number.isNaN(node)) return null;
  if (!marked) return { node, part: drawn?.classList.contains("chip") ? "derivative" : "value" };
  return { node, part: PARTS.find((part) => part === marked.getAttribute("data-why")) ?? "derivative" };
}

/** @returns {void} */
export function listenToNumbers() {
  const down = { x: 0, y: 0 };
  addEventListener("pointerdown", ({ clientX, clientY }) => Object.assign(down, { x: clientX, y: clientY }), true);
  addEventListener(
    "click",
    (event) => {
      const number = event.target instanceof Element ? numberAt(event.target) : null;
      const moved = event.detail > 0 && Math.hypot(event.clientX - down.x, event.clientY - down.y) > DRAG;
      if (!number || moved) return;
      event.stopPropagation();
      askWhy(number.node, number.part);
    },
    true,
  );
}
