/** The catalogue on the map: a source and rules for each layer, ground first, words on top. */

import { tileAddress } from "../page/api.js";

const FACES = ["Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"];
/** Tiles are asked for up to this zoom, and drawn larger beyond it. */
export const DEEPEST = 17;

/** @typedef {import("../page/api.js").Layer} Layer */

/**
 * Make the map draw these layers: what is new is added, what is gone or changed is taken out, what has newer data is asked for again.
 * @param {any} map
 * @param {Layer[]} layers
 * @param {Layer[]} before   what was drawn until now
 * @param {(layer: Layer) => boolean} isOn
 * @param {boolean} [told]   whether newer data were told of, tile by tile, and asked for already
 */
export function draw(map, layers, before, isOn, told = false) {
  const known = new Map(before.map((layer) => [layer.id, layer]));
  for (const layer of before) if (!layers.some((other) => sameLook(other, layer))) takeOut(map, layer);
  for (const layer of layers) {
    if (!map.getSource(layer.id)) putIn(map, layer);
    else if (!told && known.get(layer.id)?.data_at !== layer.data_at) map.refreshTiles(layer.id);
  }
  arrange(map, layers);
  showOnly(map, layers, isOn);
}

/** Show the layers that are on. @param {any} map @param {Layer[]} layers @param {(layer: Layer) => boolean} isOn */
export function showOnly(map, layers, isOn) {
  for (const layer of layers) {
    const visibility = isOn(layer) ? "visible" : "none";
    for (const id of ruleIds(layer).filter((rule) => map.getLayer(rule))) {
      if ((map.getLayoutProperty(id, "visibility") ?? "visible") !== visibility) map.setLayoutProperty(id, "visibility", visibility);
    }
  }
}

/** The ids on the map of a layer's rules. @param {Layer} layer */
export const ruleIds = (layer) => layer.style.map((rule, at) => `${layer.id}:${rule.id ?? at}`);

function putIn(map, layer) {
  const deepest = Math.max(layer.min_zoom, Math.min(layer.max_zoom, DEEPEST));
  map.addSource(layer.id, { type: "vector", tiles: [tileAddress(layer.id)], minzoom: layer.min_zoom, maxzoom: deepest });
  layer.style.forEach((rule, at) => map.addLayer(onMap(layer, rule, ruleIds(layer)[at])));
}

function takeOut(map, layer) {
  for (const id of ruleIds(layer)) if (map.getLayer(id)) map.removeLayer(id);
  if (map.getSource(layer.id)) map.removeSource(layer.id);
}

/** Lines and fills in the layers' order, then every layer's words, in that order too. */
function arrange(map, layers) {
  const rules = layers.flatMap((layer) => layer.style.map((rule, at) => ({ id: ruleIds(layer)[at], word: rule.type === "symbol" })));
  const wanted = [...rules.filter(({ word }) => !word), ...rules.filter(({ word }) => word)].map(({ id }) => id);
  const standing = map.getLayersOrder().filter((id) => wanted.includes(id));
  // A rule that the engine refused is not there to be moved.
  const there = wanted.filter((id) => standing.includes(id));
  if (standing.join() !== there.join()) for (const id of there) map.moveLayer(id);
}

function onMap(layer, rule, id) {
  const layout = rule.type === "symbol" && rule.layout?.["text-field"] ? { "text-font": FACES, ...rule.layout } : { ...rule.layout };
  return { ...rule, id, layout, source: layer.id, "source-layer": rule["source-layer"] ?? layer.id };
}

function sameLook(one, other) {
  return one.id === other.id && one.max_zoom === other.max_zoom && JSON.stringify(one.style) === JSON.stringify(other.style);
}
