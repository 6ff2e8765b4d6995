/**
 * Reading MapLibre style expressions as far as a legend needs them: which classes there are, and what each looks like.
 *
 * @typedef {{ kind: "value" | "below" | "between" | "above" | "when" | "other", from?: any, to?: any, values?: any[], output: any }} Class
 */

/** The zoom at which a legend shows widths that grow with the zoom. */
const LEGEND_ZOOM = 14;

/**
 * The classes of an expression; null where it is one value for all features.
 * @param {any} expression
 * @returns {Class[] | null}
 */
export function classesOf(expression) {
  if (!Array.isArray(expression)) return null;
  const [operator, ...rest] = expression;
  if (operator === "match") return matched(rest);
  if (operator === "step") return isZoom(rest[0]) ? classesOf(atZoom(expression)) : stepped(rest);
  if (operator === "case") return cased(rest);
  if (operator === "interpolate") return isZoom(rest[1]) ? classesOf(atZoom(expression)) : blended(rest);
  if (operator === "coalesce") return classesOf(rest.find((part) => classesOf(part)) ?? null);
  return null;
}

/**
 * The plain value of a property, for a swatch: the first of its classes where it has several.
 * @param {any} expression
 * @param {any} fallback
 */
export function plain(expression, fallback) {
  if (expression === undefined || expression === null) return fallback;
  if (!Array.isArray(expression)) return typeof expression === "object" ? stopsValue(expression, fallback) : expression;
  if (expression[0] === "literal") return expression[1];
  if (expression.every((part) => typeof part === "number")) return expression;
  const [operator, ...rest] = expression;
  if ((operator === "interpolate" && isZoom(rest[1])) || (operator === "step" && isZoom(rest[0]))) return plain(atZoom(expression), fallback);
  const classes = classesOf(expression);
  if (classes?.length) return plain(classes[0].output, fallback);
  const inside = rest.find((part) => typeof part === "string" || typeof part === "number");
  return ["get", "zoom", "feature-state"].includes(operator) ? fallback : inside ?? fallback;
}

/**
 * What one property is for the class at `index` of another: the same class where both divide alike, else its plain value.
 * @param {any} expression
 * @param {number} index
 * @param {number} count  how many classes the other has
 * @param {any} fallback
 */
export function alike(expression, index, count, fallback) {
  const classes = classesOf(expression);
  return classes && classes.length === count ? plain(classes[index].output, fallback) : plain(expression, fallback);
}

/** @returns {Class[]} */
function matched([, ...arms]) {
  /** @type {Class[]} */
  const classes = [];
  for (let i = 0; i + 1 < arms.length; i += 2) classes.push({ kind: "value", values: [arms[i]].flat(), output: arms[i + 1] });
  return [...classes, { kind: "other", output: arms[arms.length - 1] }];
}

/** @param {any[]} arms @returns {Class[]} */
function stepped([, first, ...stops]) {
  /** @type {Class[]} */
  const classes = [{ kind: "below", to: stops[0], output: first }];
  for (let i = 0; i + 1 < stops.length; i += 2) {
    const next = stops[i + 2];
    classes.push({ kind: next === undefined ? "above" : "between", from: stops[i], to: next, output: stops[i + 1] });
  }
  return classes;
}

function cased(arms) {
  const classes = [];
  for (let i = 0; i + 1 < arms.length; i += 2) {
    classes.push(...expanded({ kind: "when", values: [arms[i]], output: arms[i + 1] }));
  }
  return [...classes, ...expanded({ kind: "other", output: arms[arms.length - 1] })];
}

function expanded(one) {
  return classesOf(one.output) ?? [one];
}

/** @returns {Class[]} */
function blended([, , ...stops]) {
  /** @type {Class[]} */
  const classes = [];
  for (let i = 0; i + 1 < stops.length; i += 2) classes.push({ kind: "value", values: [stops[i]], output: stops[i + 1] });
  return classes;
}

function isZoom(input) {
  return Array.isArray(input) && input[0] === "zoom";
}

/** The output of a zoom expression at the legend's zoom: the nearest stop below it. */
function atZoom(expression) {
  const stops = expression[0] === "step" ? [-Infinity, ...expression.slice(2)] : expression.slice(3);
  let output = stops[1];
  for (let i = 0; i + 1 < stops.length; i += 2) if (stops[i] <= LEGEND_ZOOM) output = stops[i + 1];
  return output;
}

function stopsValue(old, fallback) {
  return Array.isArray(old.stops) ? old.stops[old.stops.length - 1][1] : fallback;
}
