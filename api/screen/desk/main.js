/** The desk page, put together: state from the address, panels, map, and the watch over the data. */

import { freshness } from "../page/freshness.js";
import { headOf } from "../page/head.js";
import { sessionPanel } from "../page/session.js";
import { createStore } from "../page/store.js";
import { speak, translate } from "../page/text.js";
import { contentsPanel } from "./contents.js";
import { coveragePanel } from "./coverage.js";
import { Desk } from "./desk.js";
import { detailsPanel } from "./details.js";
import { layersPanel } from "./layers.js";
import { leftOutNote } from "./left_out.js";
import { tabs } from "./tabs.js";
import { followUrl, readHash } from "./url.js";

const store = createStore(readHash(location.hash));
speak(store.state.language);
followUrl(store);

const desk = new Desk(store, () => render());
const session = sessionPanel(desk);
const details = detailsPanel(desk);
const panels = [tabs(desk), freshness(desk), session.render, layersPanel(desk), contentsPanel(desk), coveragePanel(desk), leftOutNote(desk), ...headOf(desk)];

function render() {
  for (const panel of panels) panel();
}

store.watch(["switched", "panel"], render);
store.watch(["language"], ({ language: chosen }) => {
  speak(chosen);
  translate(document);
  details.render();
  desk.speakAgain();
  render();
});

translate(document);
render();
Object.assign(window, { huashan: { get map() { return desk.map; }, ready: desk.ready, desk } });
await desk.start({ details, signIn: session.open });
