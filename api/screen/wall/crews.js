/** The crews that are out: on the map and in a list, each with the age of its position; an old one is drawn hollow. */

import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { minute, now_ms, span } from "../page/time.js";
import { readPositions } from "./asking.js";
import { fit } from "./fit.js";
import { Panel } from "./panel.js";
import { shape } from "./shapes.js";

const EVERY_MS = 20_000;
/** A position that is older is not where the crew is. */
export const OLD_MS = 300_000;

export class Crews {
  #map = null;
  /** @type {Map<string, { marker: any, element: HTMLElement }>} */ #markers = new Map();
  #list = h("ul", { class: "rows" });
  #count = h("span", { class: "count" });
  #where = { from: 0 };

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    const place = byId("crews");
    this.panel = new Panel(page, place, { read: readPositions, every_ms: EVERY_MS, on: ["positions", "patrol"], shown: () => this.show() });
    this.title = h("h2", {});
    place.append(h("header", {}, this.title, this.#count, this.panel.age), this.#list);
    page.add(this.panel, this);
    setInterval(() => this.#age(), 1000);
  }

  /** The map is there: crews stand on it. @param {any} map */
  onMap(map) {
    this.#map = map;
    map.on("moveend", () => this.#turn());
    this.show();
  }

  render() { this.title.textContent = t("crews.title"); }

  show() {
    const { data, untold } = this.panel;
    const crews = data?.positions ?? [];
    this.#count.textContent = data ? t("crews.count", { n: crews.length }) : "";
    if (untold) replace(this.#list, h("li", { class: "empty" }, t("crews.untold")));
    else if (data && !crews.length) replace(this.#list, h("li", { class: "empty" }, t("crews.none")));
    else fit(this.#list, crews.map(row), this.#where);
    this.#mark(crews);
    this.#age();
    this.#turn();
  }

  #mark(crews) {
    if (!this.#map) return;
    const standing = new Map(crews.map((one) => [keyOf(one), one]));
    for (const [key, { marker }] of this.#markers) if (!standing.has(key)) { marker.remove(); this.#markers.delete(key); }
    for (const [key, one] of standing) {
      const { marker } = this.#markers.get(key) ?? this.#put(key, one);
      marker.setLngLat([one.lon, one.lat]);
      const { element } = /** @type {{ element: HTMLElement }} */ (this.#markers.get(key));
      replace(element, shape(one.mode), h("span", { class: "words" }, h("b", {}, nameOf(one)), aging()));
      element.dataset.at = one.time;
    }
    this.#turn();
  }

  /** Words that would be cut by the map's edge stand on the other side. */
  #turn() {
    if (!this.#map) return;
    const width = this.#map.getContainer().clientWidth;
    for (const { marker, element } of this.#markers.values()) {
      const words = /** @type {HTMLElement} */ (element.querySelector(".words"));
      element.classList.toggle("turned", this.#map.project(marker.getLngLat()).x + element.clientWidth + words.offsetWidth > width);
    }
  }

  #put(key, one) {
    const element = h("div", { class: "crew", "data-crew": key });
    const marker = new /** @type {any} */ (window).maplibregl.Marker({ element }).setLngLat([one.lon, one.lat]).addTo(this.#map);
    // The list says it to those who do not see the map.
    element.setAttribute("aria-hidden", "true");
    this.#markers.set(key, { marker, element });
    return { marker, element };
  }

  /** Let the ages grow, and what became old turn hollow. */
  #age() {
    for (const element of document.querySelectorAll("[data-crew]")) {
      const at = Date.parse(/** @type {HTMLElement} */ (element).dataset.at ?? "");
      const age_ms = now_ms() - at;
      element.classList.toggle("old", age_ms > OLD_MS);
      const words = element.querySelector(".position-age");
      if (words) words.textContent = t(age_ms > OLD_MS ? "crews.old" : "crews.age", { age: span(age_ms), time: minute(at).slice(11) });
    }
  }
}

const keyOf = (one) => one.crew ?? one.device;
const nameOf = (one) => one.crew_name ?? one.crew ?? one.device;
const aging = () => h("span", { class: "position-age" });

const row = (one) => h("li", { class: "row", "data-crew": keyOf(one), "data-at": one.time },
  shape(one.mode), h("b", {}, nameOf(one)), h("span", { class: "soft" }, t(`mode.${one.mode}`)), aging());
