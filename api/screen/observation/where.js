/** The observations on the map: as many as in the list, and the chosen one. Shapes and words tell their states, not colour alone. */

import { isOnByDefault } from "../layers/choice.js";
import { CityMap } from "../map/city_map.js";
import { addSelection, raiseSelection, showSelection } from "../map/selection.js";
import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { isLate } from "./findings.js";

const SOURCE = "findings";
const GROUND = new Set(["water", "grid", "road"]);
const TOUCH = 9;
const LOOKS = ["late", "open", "handed", "settled"];

export class Where {
  #findings;
  #shown = "";
  #flown = "";

  /** @param {import("./findings.js").Findings} findings */
  constructor(findings) {
    this.#findings = findings;
    this.city = new CityMap(findings.page, {
      holder: byId("map"),
      isOn: (layer) => GROUND.has(layer.id) && isOnByDefault(layer),
      layers: () => findings.page.watch.layers.filter(({ id }) => GROUND.has(id)),
      opened: (map) => { prepare(map); addSelection(map); this.#shown = ""; this.render(); },
      drawn: (map) => { for (const look of LOOKS) if (map.getLayer(`${SOURCE}-${look}`)) map.moveLayer(`${SOURCE}-${look}`); raiseSelection(map); },
      pointed: (point) => this.#pick(point),
    });
  }

  render() {
    replace(byId("legend"), ["late", "open", "handed", "settled"].map((look) => h("li", {}, h("span", { class: `sign ${look}`, "aria-hidden": "true" }, { late: "▲", open: "●", handed: "○", settled: "•" }[look]), t(`sign.${look}`))));
    const { map } = this.city;
    if (!map?.getSource(SOURCE)) return;
    const { rows, chosen } = this.#findings;
    const features = rows.map((row) => ({ type: "Feature", properties: { code: row.code, look: isLate(row) ? "late" : row.state }, geometry: { type: "Point", coordinates: [row.lon, row.lat] } }));
    const now = JSON.stringify(features);
    if (now !== this.#shown) map.getSource(SOURCE).setData({ type: "FeatureCollection", features });
    this.#shown = now;
    showSelection(map, chosen ? { geometry: { type: "Point", coordinates: [chosen.lon, chosen.lat] } } : null);
    if (chosen && chosen.code !== this.#flown) this.#bring(map, chosen);
    this.#flown = chosen?.code ?? "";
  }

  /** Move the map only where the chosen one is not in it. */
  #bring(map, { lon, lat }) {
    if (!map.getBounds().contains([lon, lat])) map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 14), duration: 400 });
  }

  #pick({ x, y }) {
    const { map } = this.city;
    const found = map.queryRenderedFeatures([[x - TOUCH, y - TOUCH], [x + TOUCH, y + TOUCH]], { layers: LOOKS.map((look) => `${SOURCE}-${look}`).filter((id) => map.getLayer(id)) });
    const far = ({ geometry }) => { const at = map.project(geometry.coordinates); return Math.hypot(at.x - x, at.y - y); };
    const [nearest] = found.sort((one, other) => far(one) - far(other));
    this.#flown = nearest?.properties.code ?? "";
    this.#findings.choose(nearest?.properties.code ?? "");
  }
}

function prepare(map) {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const [main, paper, bad, soft] = ["--main", "--paper", "--bad", "--ink-soft"].map(colour);
  const only = (look) => ["==", ["get", "look"], look];
  const circle = (look, radius, fill, edge, width) => ({ id: look, type: "circle", filter: only(look), paint: { "circle-radius": radius, "circle-color": fill, "circle-stroke-color": edge, "circle-stroke-width": width } });
  map.addSource(SOURCE, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  const rules = [
    circle("settled", 4, soft, paper, 1), circle("handed", 6, paper, main, 2.5), circle("open", 7, main, paper, 1.5),
    { id: "late", type: "symbol", filter: only("late"), layout: { "text-field": "▲", "text-size": 24, "text-allow-overlap": true, "text-font": ["Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"] },
      paint: { "text-color": bad, "text-halo-color": paper, "text-halo-width": 2 } },
  ];
  for (const rule of rules) map.addLayer({ ...rule, id: `${SOURCE}-${rule.id}`, source: SOURCE });
}
