/** The catalogue on the map: a source and rules for each layer, ground first, words on top. */

import { tileAddress } from "../page/api.js";

const FACES = ["Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"];
/** Tiles are asked for up to this zoom, and drawn larger beyond it. */
export const DEEPEST = 17;

/**
 * @typedef {import("../page/api.js").Layer & { conditions?: Record<string, string> }} Layer as a page has it drawn;
 *   conditions: what its tiles are narrowed to, as the query of their address says it
 */

/**
 * Make the map draw these layers: what is new is added, what is gone or changed is taken out, what has newer data is
 * asked for again, and what is only painted otherwise is painted.
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
    const last = known.get(layer.id);
    if (!map.getSource(layer.id)) putIn(map, layer);
    else if (!told && last?.data_at !== layer.data_at) map.refreshTiles(layer.id);
    if (last) repaint(map, layer, last);
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
  map.addSource(layer.id, { type: "vector", tiles: [tileAddress(layer.id, layer.conditions)], minzoom: layer.min_zoom, maxzoom: deepest });
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

/** Set what is painted otherwise than before, rule by rule; rules that were put in anew are as they should be. */
function repaint(map, layer, before) {
  layer.style.forEach((rule, at) => {
    const [paint, last] = [rule.paint ?? {}, before.style[at]?.paint ?? {}];
    const id = ruleIds(layer)[at];
    for (const name of new Set([...Object.keys(paint), ...Object.keys(last)])) {
      if (JSON.stringify(paint[name]) !== JSON.stringify(last[name]) && map.getLayer(id)) map.setPaintProperty(id, name, paint[name]);
    }
  });
}

/** Whether what is drawn may stay, painted otherwise perhaps. */
function sameLook(one, other) {
  const bare = ({ style }) => JSON.stringify(style.map(({ paint, ...rest }) => rest));
  const asked = ({ conditions }) => JSON.stringify(conditions ?? {});
  return one.id === other.id && one.max_zoom === other.max_zoom && bare(one) === bare(other) && asked(one) === asked(other);
}
