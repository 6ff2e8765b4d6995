/** What had been seen by the time that is looked at, of every kind of line and of every line: with that time. */

import { byId, h, replace } from "../page/dom.js";
import { number, say, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { seen_m, total } from "./growth.js";

const OFTEN_MS = 200;

/** Kilometres, or metres of what is short. @param {number} metres */
export const length = (metres) => (metres >= 1000 ? t("km", { n: number(metres / 1000, 2) }) : t("m", { n: number(metres, 0) }));

/** A share in percent. @param {number | null} share */
export const percent = (share) => (share === null ? t("none") : `${number(share * 100, 2)} %`);

/**
 * @param {import("./replay.js").Replay} replay
 * @param {(line: { layer: string, code: string }) => void} open   show the diagram of a line
 */
export function figuresPart(replay, open) {
  const place = byId("figures");
  let unfolded = false;
  let drawn_ms = 0;
  let waiting = 0;
  /** What changes with the time: elements, and what they say then. They stay, so that a click while it plays finds them. */
  let changing = /** @type {[HTMLElement, () => string][]} */ ([]);
  const tick = () => {
    clearTimeout(waiting);
    waiting = 0;
    drawn_ms = performance.now();
    for (const [element, words] of changing) if (element.textContent !== words()) element.textContent = words();
  };
  const telling = (element, words) => {
    changing.push([element, words]);
    return element;
  };
  const render = () => {
    const { growths, patrols } = replay;
    changing = [];
    if (!growths.length || !patrols.length) return replace(place);
    const title = (layer) => say(replay.page.watch.layer(layer)?.title);
    const row = ({ layer, lines }) => {
      const whole = total(lines, Infinity);
      return h("tr", { "data-layer": layer }, h("th", { scope: "row" }, title(layer)),
        h("td", { class: "now" }, telling(h("div"), () => length(total(lines, replay.time).seen_m)), telling(h("div"), () => percent(total(lines, replay.time).share))),
        h("td", {}, h("div", {}, length(whole.seen_m)), h("div", {}, percent(whole.share))));
    };
    const touched = growths.flatMap(({ layer, lines }) => lines.filter(({ t: times }) => times.length).map((line) => ({ layer, line })));
    const share = (line) => (line.known_m ? Math.min(seen_m(line, replay.time), line.known_m) / line.known_m : null);
    const each = ({ layer, line }) => h("tr", {},
      h("th", { scope: "row" }, h("button", { type: "button", class: "item", "data-key": `line-${layer}-${line.code}`, title: t("figure.diagram"), onclick: () => open({ layer, code: line.code }) }, line.name)),
      telling(h("td", { class: "now" }), () => length(seen_m(line, replay.time))), telling(h("td"), () => percent(share(line))));
    replace(place,
      h("h2", {}, t("figure.title")),
      h("table", { class: "figures" },
        h("thead", {}, h("tr", {}, h("td", {}), telling(h("th", { scope: "col" }), () => t("figure.now", { time: minute(replay.time).slice(5) })), h("th", { scope: "col" }, t("figure.whole")))),
        h("tbody", {}, growths.map(row))),
      h("p", { class: "hint" }, t(growths.every(({ whole }) => whole) ? "figure.basis" : "figure.part", { n: number(growths[0].reach_m) })),
      h("details", { open: unfolded, ontoggle: ({ target }) => { unfolded = target.open; } },
        h("summary", { "data-key": "each" }, t("figure.each", { n: touched.length })),
        h("table", { class: "figures" }, h("tbody", {}, touched.map(each)))));
    tick();
  };
  const soon = () => { waiting ||= window.setTimeout(tick, Math.max(0, drawn_ms + OFTEN_MS - performance.now())); };
  replay.hear((what) => (what === "data" ? render() : soon()));
  return { render };
}
