/** The layout off the main thread: a request in, the layout of that request out. */

import { layoutGraph } from "./layout.js";

addEventListener("message", ({ data }) => postMessage({ id: data.id, layout: layoutGraph(data.request) }));
