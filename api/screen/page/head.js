/**
 * The head and foot that every page has: whose screen it is, whether it shows a sample, the language, the sources.
 *
 * @typedef {object} Page what the parts that all pages have know of the page that they are on
 * @property {import("./store.js").Store} store
 * @property {import("./watch.js").Watch} watch
 * @property {import("./live.js").Live} live
 * @property {import("./notice.js").Notice} notice
 */

import { byId, h, replace } from "./dom.js";
import { say, t } from "./text.js";

/** @param {Page} page @returns {(() => void)[]} what to call whenever something has changed */
export const headOf = (page) => [() => place(page), () => language(page), () => sources(page)];

function place({ watch }) {
  const { deployment, sample } = watch.catalogue ?? {};
  const title = [deployment?.name, t("product")].filter(Boolean).join(" ");
  byId("place").textContent = title;
  document.title = title;
  const banner = byId("banner");
  banner.hidden = !sample || sample === "real";
  banner.title = banner.hidden ? "" : t(`banner.${sample}.more`);
  if (!banner.hidden) replace(banner, h("strong", {}, t(`banner.${sample}`)), h("span", {}, t(`banner.${sample}.more`)));
}

/** The switch to the other language. */
function language({ store }) {
  const button = byId("language");
  button.textContent = t("language.other");
  button.setAttribute("aria-label", t("language.switch"));
  button.lang = store.state.language === "zh" ? "en" : "zh-CN";
  button.onclick = () => store.set({ language: store.state.language === "zh" ? "en" : "zh" });
}

/** Where the data come from: each source once. */
function sources({ watch }) {
  const named = watch.layers.filter(({ count }) => count).map((layer) => say(layer.source) || layer.edition?.name).filter(Boolean);
  const kinds = new Set(watch.layers.flatMap(({ provenance }) => Object.keys(provenance ?? {}).filter((kind) => provenance[kind])));
  const words = named.length ? [...new Set(named)] : [...kinds].map((kind) => t(`provenance.${kind}`));
  byId("sources").textContent = words.length ? t("sources") + words.join(t("comma")) : "";
}
