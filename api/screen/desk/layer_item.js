/** One layer of the tree: its switch, its name, how many; opened, its legend, its opacity, its place and its age. */

import { isOn, switchedTo } from "../layers/choice.js";
import { legendOf } from "../layers/legend.js";
import { drawSwatch } from "../layers/swatch.js";
import { h } from "../page/dom.js";
import { number, say, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { isFilter } from "./fields.js";

/** How little of a layer can be left: one that is not to be seen is switched off. */
const LEAST_PERCENT = 10;

/**
 * @param {import("./layers.js").Tree} tree
 * @param {import("../page/api.js").Layer} layer
 * @param {import("../page/api.js").Layer[]} layers all, top first
 */
export function item(tree, layer, layers) {
  const { desk } = tree;
  const on = isOn(layer, desk.store.state);
  const open = on && tree.isOpen(layer, layers);
  const legend = legendOf(layer);
  return h("li", { class: on ? "layer" : "layer off", "data-layer": layer.id, ...(tree.view === "order" ? dragging(tree, layer) : {}) },
    h("div", { class: "layer-row" },
      h("label", { title: say(layer.description) }, box(desk, layer, on), h("span", { class: "layer-name" }, say(layer.title))),
      isFilter(desk.store.state.filter[layer.id]) && h("span", { class: "tag" }, t("layers.filtered")),
      on && !open && legend[0] && drawSwatch(legend[0].swatch),
      count(layer),
      tree.view === "order" && steps(tree, layer, layers),
      h("button", {
        type: "button", class: "fold more", "data-key": `more-${layer.id}`, "aria-expanded": String(open), disabled: !on,
        "aria-label": t("layers.more", { name: say(layer.title) }), onclick: () => tree.open(layer.id, !open),
      })),
    on && !desk.shows(layer) && h("p", { class: "hint under" }, t("layers.notkept")),
    open && h("div", { class: "layer-more" }, tooFar(layer, desk.store.state), entries(legend), opacity(desk, layer), age(layer)));
}

function box(desk, layer, on) {
  return h("input", {
    type: "checkbox", checked: on, "data-key": layer.id, "aria-label": t("layers.show", { name: say(layer.title) }),
    onchange: (event) => desk.store.set({ switched: switchedTo(layer, event.target.checked, desk.store.state.switched) }),
  });
}

const count = (layer) => h("span", { class: layer.count ? "count" : "count empty" }, layer.count ? t("layers.count", { n: number(layer.count) }) : t("layers.empty"));

/** Up and down for the keyboard, and for whoever does not like to drag. */
function steps(tree, layer, layers) {
  const at = layers.indexOf(layer);
  const step = (by, key) => {
    const beside = layers[at + by];
    return h("button", {
      type: "button", class: `quiet step ${key}`, "data-key": `${key}-${layer.id}`, disabled: !beside,
      "aria-label": t(`layers.${key}`, { name: say(layer.title) }), title: t(`layers.${key}`, { name: say(layer.title) }),
      onclick: () => tree.move(layer.id, beside.id),
    });
  };
  return h("span", { class: "steps" }, step(-1, "up"), step(1, "down"));
}

function dragging(tree, layer) {
  const clear = (event) => event.currentTarget.classList.remove("over");
  return {
    draggable: "true",
    ondragstart: (event) => { tree.dragged = layer.id; event.dataTransfer.setData("text/plain", layer.id); event.dataTransfer.effectAllowed = "move"; },
    ondragover: (event) => { if (tree.dragged) { event.preventDefault(); event.currentTarget.classList.add("over"); } },
    ondragleave: clear,
    ondragend: () => { tree.dragged = ""; tree.render(); },
    ondrop: (event) => {
      event.preventDefault();
      clear(event);
      const moved = tree.dragged;
      tree.dragged = "";
      if (moved && moved !== layer.id) tree.move(moved, layer.id);
    },
  };
}

function tooFar(layer, { view }) {
  if (!view || view.zoom >= layer.min_zoom) return null;
  return h("p", { class: "hint" }, t("layers.zoom", { now: number(view.zoom, 1), need: layer.min_zoom }));
}

function entries(legend) {
  return h("ul", { class: "legend", "aria-label": t("layers.legend") },
    legend.map(({ label, swatch }) => h("li", {}, drawSwatch(swatch), h("span", {}, label))));
}

function opacity(desk, layer) {
  const { fade } = desk.store.state;
  const percent = fade[layer.id] ?? 100;
  const told = h("output", {}, t("layers.percent", { n: percent }));
  const set = (event, step) => {
    const value = Number(event.target.value);
    const { [layer.id]: _before, ...rest } = desk.store.state.fade;
    told.textContent = t("layers.percent", { n: value });
    desk.store.set({ fade: value < 100 ? { ...rest, [layer.id]: value } : rest }, { step });
  };
  return h("label", { class: "opacity" }, h("span", {}, t("layers.opacity")),
    h("input", {
      type: "range", min: LEAST_PERCENT, max: 100, step: 5, value: percent, "data-key": `fade-${layer.id}`,
      "aria-label": t("layers.opacity.of", { name: say(layer.title) }), oninput: (event) => set(event, false), onchange: () => desk.page.render(),
    }), told);
}

function age(layer) {
  const { edition } = layer;
  const parts = [
    layer.data_at && t("layers.at", { time: minute(layer.data_at) }),
    edition && t("layers.edition", { name: edition.name, date: edition.valid_from }),
  ].filter(Boolean);
  return parts.length ? h("p", { class: "layer-age" }, parts.join(" · ")) : null;
}
