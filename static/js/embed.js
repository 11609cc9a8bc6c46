/** The short page for other pages: graph, sentence and transport of one view, without anything around it. */

import { effect } from "@preact/signals-core";
import { startPage } from "./actions/page.js";
import { listenToKeys } from "./keys.js";
import { followWindow } from "./pairing.js";
import { layout, trace } from "./store.js";
import "./theme.js";
import "./views/caption.js";
import "./views/graph.js";
import "./views/speech.js";
import "./views/transport.js";
import "./views/trouble.js";

document.body.classList.toggle("pane", new URLSearchParams(location.search).has("pane"));
listenToKeys();
followWindow();
void startPage();

effect(() => {
  if (trace.value && layout.value) document.documentElement.dataset.ready = "true";
});
