/** The head and foot that every page has: whose screen it is, the other pages, whether it shows a sample, the language, the sources. */

import { readPages } from "./api.js";
import { byId, h, replace } from "./dom.js";
import { say, t } from "./text.js";

/** @typedef {import("./page.js").Page} Page */

/** @param {Page} page @returns {import("./page.js").Part[]} */
export const headOf = (page) => [{ render: () => place(page) }, pages(page), { render: () => language(page) }, { render: () => sources(page) }];

function place({ watch }) {
  const { deployment, sample } = watch.catalogue ?? {};
  const title = [deployment?.name, t("product")].filter(Boolean).join(" ");
  byId("place").textContent = title;
  document.title = hereTitle ? `${hereTitle()} · ${title}` : title;
  const banner = byId("banner");
  banner.hidden = !sample || sample === "real";
  banner.title = banner.hidden ? "" : t(`banner.${sample}.more`);
  if (!banner.hidden) replace(banner, h("strong", {}, t(`banner.${sample}`)), h("span", {}, t(`banner.${sample}.more`)));
}

/** @type {(() => string) | null} */
let hereTitle = null;

/** The pages that this reader may open: asked for when somebody else looks. */
function pages({ store, watch }) {
  let found = [];
  let asked = false;
  const render = () => {
    const here = found.find(({ path }) => path === location.pathname);
    hereTitle = here ? () => say(here.title) : null;
    replace(byId("pages"), found.map(({ id, path, title }) => h("a", {
      href: `${path}${store.state.language === "en" ? "#lang=en" : ""}`, "data-key": `page-${id}`,
      "aria-current": path === location.pathname ? "page" : null,
    }, say(title))));
  };
  const arrived = async ({ other }) => {
    if (!watch.catalogue || (asked && !other)) return;
    asked = true;
    // Without the list this page works all the same; it is asked for again with the next catalogue.
    ({ pages: found } = await readPages().catch(() => { asked = false; return { pages: found }; }));
    render();
    place({ watch });
  };
  return { render, arrived };
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
