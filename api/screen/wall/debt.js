/** Debt on the map: what is overdue glows; the legend says how the colours are meant, and of when it is. */

import { byId, h, replace } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { readDebt } from "./asking.js";
import { Panel } from "./panel.js";
import { MODES, shape } from "./shapes.js";
import { STEPS, debtRules } from "./style.js";

/** Debt is worked out anew where tracks came in, and now and then for what falls due meanwhile. */
const EVERY_MS = 300_000;
const CLASSES = ["soon", "late", "old", "never"];

export class Debt {
  #map = null;
  #legend = h("div", { class: "legend" });
  /** @type {() => { theme: import("./palette.js").Theme, k: number }} */ #look;

  /** @param {import("../page/page.js").Page} page @param {() => { theme: import("./palette.js").Theme, k: number }} look */
  constructor(page, look) {
    const place = byId("city");
    this.#look = look;
    this.panel = new Panel(page, place, { read: readDebt, every_ms: EVERY_MS, steady: true, shown: () => this.show() });
    this.title = h("h2", {});
    place.append(h("div", { class: "map-head" }, this.title, this.panel.age), this.#legend);
    page.add(this.panel, this);
  }

  tiles({ layer }) {
    if (layer === "last_seen") this.panel.askSoon();
  }

  render() {
    this.title.textContent = t("debt.title");
    this.show();
  }

  /** The layers were put on the map, or put there again. @param {any} map */
  drawn(map) {
    this.#map = map;
    const { theme, k } = this.#look();
    if (!map.getSource("debt")) map.addSource("debt", { type: "geojson", data: this.#features() });
    const words = map.getLayersOrder().find((id) => map.getLayer(id).type === "symbol");
    for (const rule of debtRules(theme, k)) {
      if (map.getLayer(rule.id)) map.removeLayer(rule.id);
      map.addLayer(rule, words);
    }
    map.setPaintProperty("ground", "background-color", getComputedStyle(document.documentElement).getPropertyValue("--ground").trim());
  }

  show() {
    this.#map?.getSource("debt")?.setData(this.#features());
    const classes = CLASSES.map((one) => h("li", {}, h("i", { class: `debt ${one}` }), t(`debt.${one}`, { few: STEPS[0], many: STEPS[1] })));
    const modes = MODES.map((mode) => h("li", {}, shape(mode), t(`mode.${mode}`)));
    replace(this.#legend, h("ul", { "aria-label": t("debt.legend") }, ...classes), h("ul", { "aria-label": t("crews.legend") }, ...modes),
      h("p", { class: "sum" }, this.#sum()));
  }

  #features() {
    const features = (this.panel.data?.features ?? []).filter(({ geometry }) => geometry);
    return { type: "FeatureCollection", features };
  }

  #sum() {
    const { data } = this.panel;
    if (!data) return "";
    const never = data.features.filter(({ properties }) => properties.never_seen).length;
    return t("debt.sum", { n: number(data.features.length), never: number(never) });
  }
}
