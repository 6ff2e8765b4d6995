/** What meets the filter of a layer, wherever it lies: how many, the first of them, and files of them all. */

import { h } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { minute, now_ms } from "../page/time.js";
import { fileAddress, readMatching } from "./asking.js";

const LISTED = 30;
const FILES = ["csv", "gpkg", "json"];
/** The server answers so many of a page of GeoJSON at most; other files hold all. */
const MOST_OF_A_PAGE = 10_000;

export class Matching {
  #desk;
  #changed;
  /** @type {{ key: string, answer: any, problem: any, at_ms: number }} */ #got = { key: "", answer: null, problem: null, at_ms: 0 };

  /** @param {import("./desk.js").Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.#desk = desk;
    this.#changed = changed;
  }

  /** Ask for what matches now, unless that is known. @param {any} layer */
  async ask(layer) {
    if (!layer || (this.#desk.store.state.filter[layer.id] && !this.#desk.narrowing.columns(layer.id))) return;
    const conditions = this.#desk.narrowing.of(layer.id);
    const key = keyOf(layer, conditions);
    if (this.#got.key === key) return;
    this.#got = { key, answer: null, problem: null, at_ms: 0 };
    const told = await readMatching(layer.id, { ...conditions, limit: LISTED }).then((answer) => ({ answer, problem: null }), (problem) => ({ answer: null, problem }));
    if (this.#got.key !== key) return;
    this.#got = { key, ...told, at_ms: now_ms() };
    this.#changed();
  }

  /** @param {any} layer */
  shown(layer) {
    const { answer, problem, at_ms, key } = this.#got;
    const conditions = this.#desk.narrowing.of(layer.id);
    // What met another filter is no answer to this one.
    if (key !== keyOf(layer, conditions)) return [h("p", { class: "hint" }, t("loading"))];
    if (problem) return [h("p", { class: "trouble" }, sentence(problem))];
    if (!answer) return [h("p", { class: "hint" }, t("loading"))];
    const { numberMatched: n, features } = answer;
    return [
      h("p", { class: "matched", role: "status" }, n === undefined ? t("filter.many", { most: number(MOST_OF_A_PAGE) }) : t("filter.count", { n: number(n) }),
        h("span", { class: "hint" }, ` ${t("filter.at", { time: minute(at_ms) })}`)),
      h("p", { class: "files" }, t("filter.files"), FILES.map((format) => h("a", {
        href: fileAddress(layer.id, { ...conditions, ...(format === "json" && { limit: MOST_OF_A_PAGE }) }, format),
        download: `${layer.id}.${format === "json" ? "geojson" : format}`, "data-key": `file-${format}`,
      }, t(`filter.file.${format}`)))),
      h("ul", { class: "matches" }, features.map(({ id, properties }) => h("li", {}, h("button", {
        type: "button", class: "item", "data-key": `match-${id}`, onclick: () => this.#desk.choose({ layer: layer.id, id: String(id) }, { fly: true }),
      }, String(properties.name || properties.code || id))))),
      (n === undefined || n > features.length) && h("p", { class: "hint" }, t("filter.first", { n: features.length })),
    ];
  }
}

const keyOf = (layer, conditions) => JSON.stringify([layer.id, conditions, layer.data_at]);
