/**
 * The layers, as a tree of groups or in the order in which they lie over one another: a switch each, a whole group's
 * switch, how many, how old, the legend that the style makes, and how much of each shines through.
 */

import { isOn, switchedTo } from "../layers/choice.js";
import { movedTo } from "../layers/dress.js";
import { announce, byId, h, replace } from "../page/dom.js";
import { say, t } from "../page/text.js";
import { keep, kept } from "./kept.js";
import { item } from "./layer_item.js";

/** Legends that are open before anyone folds them: of the topmost layers that are on. */
const OPEN_AT_FIRST = 2;

/** @param {import("./desk.js").Desk} desk */
export function layersPanel(desk) {
  const panel = byId("panel-layers");
  const tree = new Tree(desk, panel);
  return () => tree.render();
}

export class Tree {
  /** "groups" or "order": the one that is shown. @type {string} */ view = kept("tree", "groups");
  /** @type {Record<string, boolean>} groups that are folded, by name in Chinese */ folded = kept("folded", {});
  /** @type {Record<string, boolean>} layers whose legend was opened or folded */ opened = kept("opened", {});
  /** @type {string} the layer that is being dragged */ dragged = "";
  desk;
  #panel;

  /** @param {import("./desk.js").Desk} desk @param {HTMLElement} panel */
  constructor(desk, panel) {
    this.desk = desk;
    this.#panel = panel;
  }

  render() {
    // What is being dragged must stay the element that it is.
    if (this.dragged || this.#panel.querySelector("input[type=range]:active")) return;
    replace(this.#panel, ...this.#content());
  }

  /** Whether the legend of a layer is open. @param {import("../page/api.js").Layer} layer @param {import("../page/api.js").Layer[]} layers top first */
  isOpen(layer, layers) {
    const first = layers.filter((one) => this.desk.shows(one)).slice(0, OPEN_AT_FIRST);
    return this.opened[layer.id] ?? first.includes(layer);
  }

  /** @param {string} id @param {boolean} open */
  open(id, open) {
    this.opened = { ...this.opened, [id]: open };
    keep("opened", this.opened);
    this.render();
  }

  /** Put a layer where another is. @param {string} id @param {string} beside */
  move(id, beside) {
    const { watch, store } = this.desk;
    store.set({ order: movedTo(watch.layers, store.state.order, id, beside) });
    const place = this.desk.dressed().reverse().findIndex((layer) => layer.id === id) + 1;
    announce(t("layers.moved", { name: say(watch.layer(id)?.title), place }));
  }

  #content() {
    const { desk } = this;
    if (!desk.watch.catalogue) return [h("p", { class: "hint" }, desk.watch.problem ? "" : t("loading.layers"))];
    // As they are in the catalogue: their own style makes the legend.
    const layers = desk.dressed().reverse().map(({ id }) => /** @type {any} */ (desk.watch.layer(id)));
    if (layers.length === 0) return [h("p", { class: "hint" }, t("layers.none"))];
    return [this.#head(), ...(this.view === "order" ? [this.#list(layers, layers)] : this.#groups(layers))];
  }

  #head() {
    const { state } = this.desk.store;
    const asUsual = !Object.keys(state.switched).length && !state.order.length && !Object.keys(state.fade).length;
    const view = (name) => h("button", {
      type: "button", "data-key": `tree-${name}`, "aria-pressed": String(this.view === name),
      onclick: () => { this.view = name; keep("tree", name); this.render(); },
    }, t(`layers.by.${name}`));
    return h("div", { class: "tree-head" }, h("div", { class: "segments", role: "group", "aria-label": t("layers.by") }, view("groups"), view("order")),
      !asUsual && h("button", { type: "button", class: "quiet", "data-key": "reset", onclick: () => this.desk.store.set({ switched: {}, order: [], fade: {} }) }, t("layers.reset")));
  }

  #groups(layers) {
    const groups = [...new Map(layers.map((layer) => [layer.group.zh, layer.group])).values()];
    return groups.map((group) => this.#group(group, layers.filter((layer) => layer.group.zh === group.zh), layers));
  }

  #group(group, own, layers) {
    const { desk } = this;
    const on = own.filter((layer) => isOn(layer, desk.store.state)).length;
    const box = /** @type {HTMLInputElement} */ (h("input", {
      type: "checkbox", checked: on === own.length, "data-key": `group-${group.zh}`, "aria-label": t("layers.group", { name: say(group) }),
      onchange: () => desk.store.set({ switched: own.reduce((all, layer) => switchedTo(layer, on < own.length, all), desk.store.state.switched) }),
    }));
    box.indeterminate = on > 0 && on < own.length;
    const folded = Boolean(this.folded[group.zh]);
    const fold = () => { this.folded = { ...this.folded, [group.zh]: !folded }; keep("folded", this.folded); this.render(); };
    return h("section", { class: "layer-group", "aria-label": say(group) },
      h("div", { class: "group-head" }, box, h("h2", {}, h("button", {
        type: "button", class: "fold", "data-key": `fold-${group.zh}`, "aria-expanded": String(!folded), onclick: fold,
      }, say(group))), h("span", { class: "count" }, t("layers.on", { on, n: own.length }))),
      !folded && this.#list(own, layers));
  }

  #list(own, layers) {
    return h("ul", {}, own.map((layer) => item(this, layer, layers)));
  }
}
