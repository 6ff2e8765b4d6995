/**
 * The legend of a layer, read from the very rules that draw it, so that the two cannot disagree.
 *
 * A rule is in the legend when its `metadata.legend` names it; a layer none of whose rules is named shows them all.
 * `metadata.legend` is { zh, en }, and for a rule with classes { zh, en, classes: [{ zh, en }, …] } in their order.
 */

import { say, t } from "../page/text.js";
import { alike, classesOf, plain } from "./expression.js";

const COLOUR = { fill: "fill-color", line: "line-color", circle: "circle-color" };

/**
 * @typedef {object} Swatch
 * @property {"fill" | "line" | "circle"} type
 * @property {string} colour
 * @property {number} opacity
 * @property {number} width      of the line or the outline, pixels
 * @property {string} outline
 * @property {number[] | null} dash  in widths
 * @property {number} radius
 * @typedef {{ label: string, swatch: Swatch }} Entry
 */

/**
 * What the legend of a layer shows, in the language chosen.
 * @param {import("../page/api.js").Layer} layer
 * @returns {Entry[]}
 */
export function legendOf(layer) {
  const drawn = layer.style.filter((rule) => rule.type in COLOUR && rule.metadata?.legend !== false);
  const named = drawn.filter((rule) => rule.metadata?.legend);
  const entries = (named.length ? named : drawn).flatMap((rule) => entriesOf(rule, say(layer.title)));
  return entries.filter((entry, at) => entries.findIndex((other) => JSON.stringify(other) === JSON.stringify(entry)) === at);
}

function entriesOf(rule, title) {
  const legend = rule.metadata?.legend;
  const classes = classesOf(rule.paint?.[COLOUR[rule.type]]);
  const given = Array.isArray(legend) ? legend : legend?.classes;
  if (!classes) return [{ label: (!Array.isArray(legend) && say(legend)) || title, swatch: swatchOf(rule, 0, 1) }];
  return classes
    .map((one, at) => ({ label: say(given?.[at]) || described(one, legend?.unit), swatch: swatchOf(rule, at, classes.length), one }))
    .filter(({ one, label }) => given ? label : one.kind !== "other" || !isRepeated(one, classes))
    .map(({ label, swatch }) => ({ label, swatch }));
}

function isRepeated(one, classes) {
  return classes.some((other) => other !== one && JSON.stringify(other.output) === JSON.stringify(one.output));
}

function described(one, unit) {
  const shown = (value) => [Array.isArray(value) ? JSON.stringify(value) : String(value), say(unit)].filter(Boolean).join(" ");
  if (one.kind === "other") return t("legend.other");
  if (one.kind === "value" || one.kind === "when") return one.values.map(shown).join(t("comma"));
  return t(`legend.${one.kind}`, { from: shown(one.from), to: shown(one.to) });
}

function swatchOf(rule, at, count) {
  const of = (property, fallback) => alike(rule.paint?.[property], at, count, fallback);
  if (rule.type === "fill") {
    return swatch("fill", of("fill-color", "#000000"), of("fill-opacity", 1), 1, of("fill-outline-color", ""));
  }
  if (rule.type === "line") {
    const dash = plain(rule.paint?.["line-dasharray"], null);
    return { ...swatch("line", of("line-color", "#000000"), of("line-opacity", 1), of("line-width", 1), ""), dash };
  }
  const outline = of("circle-stroke-width", 0) ? of("circle-stroke-color", "#000000") : "";
  const circle = swatch("circle", of("circle-color", "#000000"), of("circle-opacity", 1), of("circle-stroke-width", 0), outline);
  return { ...circle, radius: of("circle-radius", 5) };
}

function swatch(type, colour, opacity, width, outline) {
  return { type, colour, opacity, width, outline, dash: null, radius: 0 };
}
