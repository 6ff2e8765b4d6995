/**
 * What the map shows, as a list, for keyboards and screen readers: from the map itself,
 * and from the server where the browser cannot draw.
 */

import { announce, byId, h, replace } from "../page/dom.js";
import { inView } from "../map/picking.js";
import { number, say, sentence, t } from "../page/text.js";
import { readFeatures, readMatching } from "./asking.js";

const LISTED = 40;
/** Half a screen's width and height in degrees at zoom 0: what a screen without a map takes as its view. */
const HALF_VIEW = { lon: 450, lat: 220 };

/** @typedef {import("../map/picking.js").Shown} Shown */
/** @typedef {{ layer: import("../page/api.js").Layer, items: Shown[], cut: boolean, problem?: any }} Part */

/** @param {import("./desk.js").Desk} desk */
export function contentsPanel(desk) {
  const panel = byId("panel-contents");
  let said = -1;
  /** @type {Map<string, boolean>} lists that were opened or folded */
  const turned = new Map();
  let turn = 0;
  let wanted = "";
  const render = async () => {
    if (desk.store.state.panel !== "contents" || !desk.watch.catalogue) return;
    const mine = ++turn;
    const layers = desk.dressed().reverse().filter((layer) => desk.shows(layer));
    const parts = desk.map ? drawn(desk.map, layers) : await listed(layers, desk.city.view());
    if (mine !== turn) return;
    replace(panel, ...content(desk, layers, parts, turned));
    const list = wanted && panel.querySelector(`[data-layer="${CSS.escape(wanted)}"]`);
    if (list) {
      wanted = "";
      list.scrollIntoView({ block: "start" });
    }
    const n = parts.reduce((sum, { items }) => sum + items.length, 0);
    if (n !== said) announce(n ? t("contents.found", { n: number(n) }) : t("contents.nothing"));
    said = n;
  };
  desk.list = (layer) => {
    wanted = layer;
    turned.set(layer, true);
    desk.turnOn(layer);
    desk.store.set({ panel: "contents" });
    render();
  };
  return render;
}

/** @returns {Part[]} */
function drawn(map, layers) {
  const all = inView(map, layers);
  return layers.map((layer) => ({ layer, items: all.filter((one) => one.layer === layer.id), cut: false }));
}

/** @returns {Promise<Part[]>} */
function listed(layers, { lon, lat, zoom }) {
  const scale = 2 ** -zoom;
  const bbox = [lon - HALF_VIEW.lon * scale, lat - HALF_VIEW.lat * scale, lon + HALF_VIEW.lon * scale, lat + HALF_VIEW.lat * scale];
  return Promise.all(layers.map(async (layer) => {
    try {
      const { features, complete } = await read(layer, bbox);
      const items = features.map(({ id, properties }) => (
        { layer: layer.id, id: String(id), name: properties.name ?? "", code: properties.code ?? "" }));
      return { layer, items, cut: complete === false };
    } catch (problem) {
      return { layer, items: [], cut: false, problem };
    }
  }));
}

async function read({ id, conditions }, bbox) {
  if (!Object.keys(conditions).length) return readFeatures(id, { bbox, limit: LISTED });
  const { features, links } = await readMatching(id, { ...conditions, bbox: bbox.join(","), limit: LISTED });
  return { features, complete: !links.some(({ rel }) => rel === "next") };
}

function content(desk, layers, parts, turned) {
  if (layers.length === 0) return [h("p", { class: "hint" }, t("contents.off"))];
  const filled = parts.filter(({ items, problem }) => items.length || problem);
  if (filled.length === 0) {
    return [h("p", { class: "hint" }, t("contents.nothing")),
      h("button", { type: "button", "data-key": "home", onclick: () => desk.city.goHome() }, t("contents.home"))];
  }
  return [h("p", { class: "hint" }, t("contents.hint")), ...filled.map((part) => listOf(desk, part, turned))];
}

function listOf(desk, { layer, items, cut, problem }, turned) {
  const sorted = [...items].sort((one, other) => nameOf(one).localeCompare(nameOf(other), t("locale"), { numeric: true }));
  const shown = sorted.slice(0, LISTED);
  const more = cut ? t("contents.cut", { shown: LISTED })
    : items.length > LISTED ? t("contents.more", { shown: LISTED, n: number(items.length) }) : "";
  return h("details", { class: "contents", open: turned.get(layer.id) ?? Boolean(items.length <= LISTED || problem), "data-layer": layer.id,
    onclick: ({ target, currentTarget }) => target.closest("summary") && turned.set(layer.id, !currentTarget.open) },
    h("summary", { "data-key": `of-${layer.id}` }, h("span", {}, say(layer.title)),
      h("span", { class: "count" }, t("contents.count", { n: number(items.length) }))),
    problem && h("p", { class: "hint" }, sentence(problem)),
    h("ul", {}, shown.map((one) => row(desk, one))),
    more && h("p", { class: "hint" }, more));
}

function row(desk, one) {
  const name = nameOf(one);
  return h("li", {},
    h("button", { type: "button", class: "item", "data-key": `${one.layer}/${one.id}`, onclick: () => desk.choose(one) }, name),
    desk.map && h("button", {
      type: "button", class: "quiet", "data-key": `${one.layer}/${one.id}/locate`, "aria-label": t("locate.named", { name }),
      onclick: () => desk.choose(one, { fly: true }),
    }, t("locate")));
}

const nameOf = ({ name, code, id }) => String(name || code || id);
