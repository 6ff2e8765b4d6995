/** The map of a page: the features at one address over the base layers, or a layer's tiles in its own look. */

import { ask, readLayers } from "/screen/page/api.js";
import { draw } from "/screen/map/drawing.js";
import { createMap } from "/screen/map/map.js";
import { boxOf, viewOfBox } from "/screen/map/view.js";
import { speak } from "/screen/page/text.js";

const SOURCE = "page-features";
const BASE = "Base";

async function show(place) {
  const { language, layer, extent, features } = place.dataset;
  speak(language === "en" ? "en" : "zh");
  const map = createMap(place, viewOfBox(extent.split(",").map(Number), place.clientWidth, place.clientHeight));
  map.getCanvas().setAttribute("aria-label", place.parentElement?.getAttribute("aria-label") ?? "");
  const [{ layers }, found] = await Promise.all([readLayers(), features ? ask(features) : null, loaded(map)]);
  const beneath = layers.filter((one) => (features ? one.group.en === BASE && one.id !== layer : one.group.en === BASE || one.id === layer));
  draw(map, beneath, [], () => true);
  if (found) put(map, place, found);
  place.dataset.state = "drawn";
}

function loaded(map) {
  return map.loaded() ? Promise.resolve() : new Promise((done) => map.once("load", done));
}

function put(map, place, found) {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  map.addSource(SOURCE, { type: "geojson", data: found });
  const areas = ["==", ["geometry-type"], "Polygon"];
  const points = ["==", ["geometry-type"], "Point"];
  const rules = [
    { id: "area", type: "fill", filter: areas, paint: { "fill-color": colour("--main"), "fill-opacity": 0.25 } },
    { id: "line", type: "line", filter: ["!", points], paint: { "line-color": colour("--main"), "line-width": 2.5 } },
    { id: "point", type: "circle", filter: points, paint: { "circle-radius": 5, "circle-color": colour("--main"), "circle-stroke-color": colour("--paper"), "circle-stroke-width": 1.5 } },
  ];
  for (const rule of rules) map.addLayer({ ...rule, id: `${SOURCE}-${rule.id}`, source: SOURCE });
  const shapes = (found.features ?? [found]).map(({ geometry }) => geometry).filter(Boolean);
  const box = boxOf({ geometries: shapes.flatMap((shape) => shape.geometries ?? [shape]) });
  if (!box) return;
  const view = viewOfBox(box, place.clientWidth, place.clientHeight);
  map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
}

function fail(place, error) {
  const said = document.createElement("p");
  said.className = "trouble";
  said.textContent = (place.dataset.trouble ?? "{reason}").replace("{reason}", error.message);
  place.replaceChildren(said);
  place.dataset.state = "failed";
}

const place = document.getElementById("map");
if (place) show(place).catch((error) => fail(place, error));
