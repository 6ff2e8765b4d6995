/**
 * What a reader makes of the style: the order of the layers, and how much of each shines through.
 * Both keep to the style's own rules, so that the legend goes on to tell the truth.
 *
 * @typedef {import("../page/api.js").Layer} Layer
 */

/** @type {Record<string, string[]>} by type of rule, what makes it fade */
const FADING = {
  fill: ["fill-opacity"],
  line: ["line-opacity"],
  circle: ["circle-opacity", "circle-stroke-opacity"],
  symbol: ["text-opacity", "icon-opacity"],
  raster: ["raster-opacity"],
};

/**
 * The layers as a reader has put them, ground first. What the reader's order does not name, as a layer that was added
 * since, stays above the one that it usually lies upon.
 * @template {{ id: string }} T
 * @param {T[]} layers ground first, as the catalogue has them
 * @param {string[]} order ids, top first
 * @returns {T[]}
 */
export function inOrder(layers, order) {
  const byId = new Map(layers.map((layer) => [layer.id, layer]));
  const placed = [...order].reverse().filter((id, at, all) => byId.has(id) && all.indexOf(id) === at);
  const named = new Set(placed);
  layers.forEach(({ id }, at) => {
    if (named.has(id)) return;
    const under = layers.slice(0, at).reverse().find((other) => placed.includes(other.id));
    placed.splice(under ? placed.indexOf(under.id) + 1 : 0, 0, id);
  });
  return placed.map((id) => /** @type {T} */ (byId.get(id)));
}

/**
 * The ids top first after one was moved a step up (towards 1) or down; [] where that is the usual order.
 * @param {Layer[]} layers ground first, as the catalogue has them
 * @param {string[]} order
 * @param {string} id
 * @param {string} beside the layer whose place it takes
 * @returns {string[]}
 */
export function movedTo(layers, order, id, beside) {
  const ids = inOrder(layers, order).map((layer) => layer.id).reverse();
  const there = ids.indexOf(beside);
  if (there < 0 || !ids.includes(id)) return order;
  const rest = ids.filter((other) => other !== id);
  rest.splice(there, 0, id);
  const usual = layers.map((layer) => layer.id).reverse();
  return rest.join() === usual.join() ? [] : rest;
}

/**
 * A layer's rules, painted so that only a share of it is seen.
 * @param {any[]} style
 * @param {number} share 0 to 1
 * @returns {any[]}
 */
export function faded(style, share) {
  if (share === 1) return style;
  return style.map((rule) => {
    const paint = { ...rule.paint };
    for (const name of FADING[rule.type] ?? []) paint[name] = times(paint[name] ?? 1, share);
    return { ...rule, paint };
  });
}

/** A number or an expression, times a share; the zoom may only be asked at the top, so the outputs are multiplied. */
function times(value, share) {
  if (typeof value === "number") return value * share;
  if (!Array.isArray(value)) return { ...value, stops: value.stops.map(([at, output]) => [at, output * share]) };
  const [operator, ...rest] = value;
  if (operator === "interpolate") return [operator, rest[0], rest[1], ...rest.slice(2).map((part, at) => (at % 2 ? times(part, share) : part))];
  if (operator === "step") return [operator, rest[0], ...rest.slice(1).map((part, at) => (at % 2 ? part : times(part, share)))];
  return ["*", share, value];
}
