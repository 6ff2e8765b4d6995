/** The legend over the map, and in it the layers that are turned on and off. */

import { legendOf } from "../layers/legend.js";
import { drawSwatch } from "../layers/swatch.js";
import { h, replace, svg } from "../page/dom.js";
import { number, say, t } from "../page/text.js";
import { familyOf, weightyKinds } from "./map_features.js";
import { FAULT, zoneLooks } from "./map_rules.js";
import { badge } from "./sign.js";

const SWITCHED = ["landuse", "zone"];

/**
 * @param {HTMLElement} place
 * @param {{ answer: any, asked: boolean, counts: Record<string, number> | null, page: import("../page/page.js").Page, map: import("./land_map.js").LandMap }} shown
 */
export function drawLegend(place, { answer, asked, counts, page, map }) {
  const { watch } = page;
  place.hidden = !watch.catalogue || !(answer || asked);
  if (place.hidden) return;
  replace(place, h("details", { open: !place.querySelector("details:not([open])") && (Boolean(place.firstChild) || !matchMedia("(max-width: 800px)").matches) },
    h("summary", { "data-key": "legend" }, t("legend.title")), answer && h("ul", {}, entries(answer, watch)), counts && h("ul", {}, Object.entries(counts).filter(([, n]) => n > 0).map(([one, n]) => h("li", {}, badge(one === "faults" ? "fault" : one), number(n)))), h("div", { class: "switches" }, SWITCHED.map((id) => switchOf(id, page, map)))));
}

function entries(answer, watch) {
  const families = new Set((answer.pieces ?? []).map(familyOf));
  const looks = zoneLooks(watch.layer("zone"));
  const weighty = weightyKinds(answer);
  return [
    h("li", {}, stroke("#10243a", 2.5), t("legend.outline")),
    ...classEntries(watch.layer("landuse"), families),
    ...answer.zones.filter(({ geometry }) => geometry).map(({ kind, name }) => h("li", {}, (weighty.has(kind) ? hatch : frameOf)(looks[kind]?.colour ?? "#10243a", looks[kind]?.back), say(looks[kind]?.legend) || name)),
    answer.base.gaps.length + answer.base.overlaps.length > 0 && h("li", {}, hatch(FAULT, true), t("legend.faults")),
  ];
}

/** Those classes that occur, as the layer's own legend has them. */
function classEntries(layer, families) {
  if (!layer) return [];
  const style = layer.style.filter(({ filter }) => Array.isArray(filter) && filter[0] === "==" && families.has(filter[2]));
  return legendOf({ ...layer, style }).map(({ label, swatch }) => h("li", {}, drawSwatch(swatch), label));
}

function switchOf(id, page, map) {
  const layer = page.watch.layer(id);
  if (!layer) return null;
  const on = map.isOn(id);
  return h("label", {}, h("input", { type: "checkbox", "data-key": `switch-${id}`, checked: on, onchange: ({ target }) => page.store.set({ switched: { ...page.store.state.switched, [id]: target.checked } }, { step: false }) }), say(layer.title));
}

const frame = (...marks) => svg("svg", { viewBox: "0 0 26 16", width: 26, height: 16, "aria-hidden": "true" }, ...marks);
const stroke = (colour, width) => frame(svg("path", { d: "M1 8h24", stroke: colour, "stroke-width": width }));
const frameOf = (colour) => frame(svg("rect", { x: 1, y: 1, width: 24, height: 14, fill: "none", stroke: colour, "stroke-width": 1.6 }));
const hatch = (colour, back = false) => frame(svg("rect", { x: 1, y: 1, width: 24, height: 14, fill: "none", stroke: colour, "stroke-width": 1.6 }),
  svg("path", { d: back ? "M2 2l12 12M10 2l12 12M18 2l6 6M2 10l4 4" : "M2 14l12-12M10 14l12-12M2 6l4-4M18 14l6-6", stroke: colour, "stroke-width": 1.3 }));
