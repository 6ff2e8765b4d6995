/** The desk page, put together: state from the address, panels, map, and the watch over the data. */

import { Desk } from "./desk.js";
import { byId, h, replace } from "./dom.js";
import { contentsPanel } from "./panels/contents.js";
import { coveragePanel } from "./panels/coverage.js";
import { detailsPanel } from "./panels/details.js";
import { freshness } from "./panels/freshness.js";
import { layersPanel } from "./panels/layers.js";
import { leftOutNote } from "./panels/left_out.js";
import { sessionPanel } from "./panels/session.js";
import { tabs } from "./panels/tabs.js";
import { createStore } from "./store.js";
import { say, speak, t, translate } from "./text.js";
import { followUrl, readHash } from "./url.js";

const store = createStore(readHash(location.hash));
speak(store.state.language);
followUrl(store);

const desk = new Desk(store, () => render());
const session = sessionPanel(desk);
const details = detailsPanel(desk);
const panels = [tabs(desk), freshness(desk), session.render, layersPanel(desk), contentsPanel(desk), coveragePanel(desk), leftOutNote(desk), place, language, sources];

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

/** Whose screen this is, and whether it shows a sample. */
function place() {
  const { deployment, sample } = desk.watch.catalogue ?? {};
  const title = [deployment?.name, t("product")].filter(Boolean).join(" ");
  byId("place").textContent = title;
  document.title = title;
  const banner = byId("banner");
  banner.hidden = !sample || sample === "real";
  banner.title = banner.hidden ? "" : t(`banner.${sample}.more`);
  if (!banner.hidden) replace(banner, h("strong", {}, t(`banner.${sample}`)), h("span", {}, t(`banner.${sample}.more`)));
}

/** The switch to the other language. */
function language() {
  const button = byId("language");
  button.textContent = t("language.other");
  button.setAttribute("aria-label", t("language.switch"));
  button.lang = store.state.language === "zh" ? "en" : "zh-CN";
  button.onclick = () => store.set({ language: store.state.language === "zh" ? "en" : "zh" });
}

/** Where the data come from: each source once. */
function sources() {
  const named = desk.watch.layers.filter(({ count }) => count).map((layer) => say(layer.source) || layer.edition?.name).filter(Boolean);
  const kinds = new Set(desk.watch.layers.flatMap(({ provenance }) => Object.keys(provenance ?? {}).filter((kind) => provenance[kind])));
  const words = named.length ? [...new Set(named)] : [...kinds].map((kind) => t(`provenance.${kind}`));
  byId("sources").textContent = words.length ? t("sources") + words.join(t("comma")) : "";
}
