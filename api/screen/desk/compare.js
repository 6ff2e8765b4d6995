/**
 * Two times beside one another: the map's own on the left of a curtain, another on its right; and what differs between
 * them, layer by layer, as a list.
 */

import { curtain } from "../map/curtain.js";
import { problemOfTile, tileAddress } from "../page/api.js";
import { h } from "../page/dom.js";
import { number, say, sentence, t } from "../page/text.js";
import { day as dayOf, now_ms } from "../page/time.js";
import { Differences } from "./differences.js";

const DAY_MS = 86_400_000;
/** How far back is compared with before anyone chooses. */
const USUAL_DAYS = 30;

/** @param {import("./desk.js").Desk} desk @returns {import("./bar.js").Tool} */
export function compareTool(desk) {
  const tool = new Comparing(desk);
  desk.page.add({ render: () => tool.follow(), spoken: () => tool.follow() });
  return tool;
}

/** A time as questions have it. @param {{ day: string, known: string }} time @returns {Record<string, string>} */
export const whenOf = ({ day, known }) => ({ ...(day && { datetime: day }), ...(known && { known_at: known }) });

/** A time as people read it. @param {{ day: string, known: string }} time */
export function wordsOf({ day, known }) {
  const parts = [day && t("time.day", { day }), known && t("time.known", { known: known.replace("T", " ") })].filter(Boolean);
  return parts.length ? parts.join(t("filter.and")) : t("compare.now");
}

class Comparing {
  id = "compare";
  map = true;
  #desk;
  #differences;
  /** @type {import("../map/curtain.js").Curtain | null} */ #curtain = null;
  #shown = "";
  #trouble = "";
  #layer = "";

  constructor(desk) {
    this.#desk = desk;
    this.#differences = new Differences(desk, () => desk.bar.render());
    // One curtain at a time: whichever was asked for last.
    desk.store.watch(["against"], ({ against }) => { if (against) desk.store.set({ curtain: null }, { step: false }); desk.page.render(); });
    desk.store.watch(["curtain"], (state) => { if (state.curtain && state.against) desk.store.set({ against: null }, { step: false }); });
  }

  get #against() { return this.#desk.store.state.against; }

  get #own() {
    const { day, known } = this.#desk.store.state;
    return { day, known };
  }

  opened() {
    if (!this.#against) this.#set({ day: dayOf(now_ms() - USUAL_DAYS * DAY_MS), known: "" });
  }

  content() {
    const against = this.#against;
    const field = (key, type) => h("label", { class: "field" }, h("span", {}, t(`filter.${key}`)), h("input", {
      type, value: against?.[key] ?? "", "data-key": `against-${key}`,
      onchange: (event) => { const value = event.target.value.slice(0, 16); event.target.blur(); this.#set({ day: against?.day ?? "", known: against?.known ?? "", [key]: value }); },
    }));
    return [
      h("p", {}, h("strong", {}, t("compare.left")), wordsOf(this.#own)),
      h("p", { class: "hint" }, t("compare.left.hint")),
      h("p", {}, h("strong", {}, t("compare.right")), against ? wordsOf(against) : t("none")),
      field("day", "date"), field("known", "datetime-local"),
      this.#trouble && h("p", { class: "trouble", role: "status" }, this.#trouble),
      against && h("div", { class: "buttons" },
        h("button", { type: "button", "data-key": "curtain", onclick: () => this.#curtain?.focus() }, t("compare.handle")),
        h("button", { type: "button", "data-key": "compare-end", onclick: () => this.#end() }, t("compare.end"))),
      ...(against ? this.#changes(against) : []),
    ];
  }

  /** Open the curtain, renew it or take it away, as the address says. */
  follow() {
    const { map, watch } = this.#desk;
    const against = this.#against;
    if (!against || !map || !watch.catalogue) return this.#curtain?.close();
    const shown = JSON.stringify([against.day, against.known, this.#desk.store.state.language]);
    if (!this.#curtain) this.#hang(map);
    else if (shown !== this.#shown) this.#curtain.renew();
    this.#shown = shown;
  }

  #hang(map) {
    const { store } = this.#desk;
    this.#curtain = curtain(map, {
      at: this.#against.at,
      change: (style) => this.#then(style),
      label: () => t("compare.handle.label", { left: wordsOf(this.#own), right: wordsOf(this.#against ?? this.#own) }),
      valueText: (at) => t("compare.at", { at: number(at) }),
      told: () => (this.#against ? [wordsOf(this.#against)] : []),
      moved: (at) => this.#against && store.set({ against: { ...this.#against, at } }, { step: false }),
      missed: ({ error }) => this.#missed(error),
      closed: () => { this.#curtain = null; },
    });
  }

  /** The map's style with every layer asked for as of the other time; what keeps no history is not shown there. */
  #then(style) {
    const when = whenOf(this.#against ?? this.#own);
    const lacking = new Set(this.#desk.watch.layers.filter(({ kept }) => !kept).map(({ id }) => id));
    const sources = Object.entries(style.sources).map(([id, source]) => {
      if (!this.#desk.watch.layer(id)) return [id, source];
      const { datetime: _day, known_at: _known, ...conditions } = this.#desk.narrowing.of(id);
      return [id, { ...source, tiles: [tileAddress(id, { ...conditions, ...when })] }];
    });
    return { ...style, sources: Object.fromEntries(sources.filter(([id]) => !lacking.has(id))), layers: style.layers.filter(({ source }) => !lacking.has(source)) };
  }

  async #missed(error) {
    const said = sentence(await problemOfTile(error));
    if (this.#trouble === said) return;
    this.#trouble = said;
    this.#desk.bar.render();
  }

  #set(time) {
    this.#trouble = "";
    this.#desk.store.set({ against: time.day || time.known ? { ...time, at: this.#against?.at ?? 50 } : null });
    this.#desk.bar.render();
  }

  #end() {
    this.#desk.store.set({ against: null });
    this.#desk.bar.close();
  }

  #changes(against) {
    const layers = this.#desk.dressed().reverse().filter((layer) => layer.kept && this.#desk.shows(layer));
    if (layers.length === 0) return [];
    const layer = layers.find(({ id }) => id === this.#layer) ?? layers[0];
    this.#layer = layer.id;
    this.#differences.ask(layer, this.#own, against);
    const { answer, problem } = this.#differences;
    return [
      h("h3", {}, t("compare.changes")),
      h("select", { "data-key": "compare-layer", "aria-label": t("filter.layer"), onchange: (event) => { this.#layer = event.target.value; event.target.blur(); this.#desk.bar.render(); } },
        layers.map(({ id, title }) => h("option", { value: id, selected: id === layer.id }, say(title)))),
      ...(problem ? [h("p", { class: "trouble" }, sentence(problem))] : answer ? this.#listed(layer, answer) : [h("p", { class: "hint" }, t("loading"))]),
    ];
  }

  #listed(layer, { counts, changes, more }) {
    return [
      h("p", { role: "status" }, t("compare.counts", { added: number(counts.added), removed: number(counts.removed), altered: number(counts.altered) })),
      h("ul", { class: "matches" }, changes.map((one) => h("li", {}, h("button", {
        type: "button", class: "item", "data-key": `change-${one.id}`, onclick: () => this.#desk.choose({ layer: layer.id, id: String(one.id) }, { fly: true }),
      }, h("span", { class: `tag ${one.change}` }, t(`compare.is.${one.change}`)), ` ${one.name}`), one.what && h("p", { class: "hint" }, one.what)))),
      more && h("p", { class: "hint" }, t("compare.more", { n: changes.length })),
    ];
  }
}
