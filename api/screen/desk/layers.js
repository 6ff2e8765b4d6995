/** The layers by group: a switch each, how many, how old, and the legend its style makes. */

import { byId, h, replace } from "../page/dom.js";
import { isOn, switchedTo } from "../layers/choice.js";
import { legendOf } from "../layers/legend.js";
import { drawSwatch } from "../layers/swatch.js";
import { number, say, t } from "../page/text.js";
import { minute } from "../page/time.js";

/** @param {import("./desk.js").Desk} desk */
export function layersPanel(desk) {
  const panel = byId("panel-layers");
  return () => replace(panel, ...content(desk));
}

function content(desk) {
  if (!desk.watch.catalogue) return [h("p", { class: "hint" }, desk.watch.problem ? "" : t("loading.layers"))];
  const layers = desk.watch.layers.reverse();
  if (layers.length === 0) return [h("p", { class: "hint" }, t("layers.none"))];
  const groups = [...new Set(layers.map((layer) => say(layer.group)))];
  return [...groups.map((group) => groupOf(desk, group, layers.filter((layer) => say(layer.group) === group))), reset(desk)];
}

function groupOf(desk, group, layers) {
  return h("section", { class: "layer-group", "aria-label": group }, h("h2", {}, group), h("ul", {}, layers.map((layer) => item(desk, layer))));
}

function item(desk, layer) {
  const { state } = desk.store;
  const on = isOn(layer, state);
  const box = h("input", {
    type: "checkbox", checked: on, "data-key": layer.id, "aria-label": t("layers.show", { name: say(layer.title) }),
    onchange: (event) => desk.store.set({ switched: switchedTo(layer, event.target.checked, desk.store.state.switched) }),
  });
  const count = h("span", { class: layer.count ? "count" : "count empty" }, layer.count ? t("layers.count", { n: number(layer.count) }) : t("layers.empty"));
  return h("li", { class: on ? "layer" : "layer off", "data-layer": layer.id },
    h("label", { title: say(layer.description) }, box, h("span", { class: "layer-name" }, say(layer.title)), count),
    on && h("div", { class: "layer-more" }, tooFar(layer, state), legend(layer), age(layer)));
}

function tooFar(layer, { view }) {
  if (!view || view.zoom >= layer.min_zoom) return null;
  return h("p", { class: "hint" }, t("layers.zoom", { now: number(view.zoom, 1), need: layer.min_zoom }));
}

function legend(layer) {
  const entries = legendOf(layer);
  return h("ul", { class: "legend", "aria-label": t("layers.legend") },
    entries.map(({ label, swatch }) => h("li", {}, drawSwatch(swatch), h("span", {}, label))));
}

function age(layer) {
  const { edition } = layer;
  const parts = [
    layer.data_at && t("layers.at", { time: minute(layer.data_at) }),
    edition && t("layers.edition", { name: edition.name, date: edition.valid_from }),
  ].filter(Boolean);
  return parts.length ? h("p", { class: "layer-age" }, parts.join(" · ")) : null;
}

function reset(desk) {
  if (Object.keys(desk.store.state.switched).length === 0) return null;
  return h("button", { type: "button", class: "quiet", "data-key": "reset", onclick: () => desk.store.set({ switched: {} }) }, t("layers.reset"));
}
