/** Who went out: each crew with its mark, whether it is shown, and what it does at the time that is looked at. */

import { byId, h, replace } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { minute, span } from "../page/time.js";
import { keyOf, swatch } from "./marks.js";
import { whereabouts } from "./ways.js";

/**
 * @param {import("./replay.js").Replay} replay
 * @param {() => void} look   move the map to all ways that are shown
 */
export function crewsPart(replay, look) {
  const place = byId("crews");
  /** @type {{ patrol: any, line: HTMLElement }[]} */
  let lines = [];
  const tick = () => {
    for (const { patrol, line } of lines) {
      const words = doing(patrol, replay);
      if (line.textContent !== words) line.textContent = words;
    }
  };
  const render = () => {
    const { patrols, marks, off } = replay;
    lines = [];
    const item = (patrol) => {
      const line = h("span", { class: "doing" });
      lines.push({ patrol, line });
      return h("li", { "data-patrol": patrol.code },
        h("button", { type: "button", class: "item", "data-key": `patrol-${patrol.code}`, disabled: !patrol.started_at, title: t("crew.to"),
          onclick: () => replay.seek(Date.parse(patrol.started_at)) },
          `${clock(patrol.started_at, replay)}–${clock(patrol.ended_at, replay)} ${patrol.code}`),
        h("span", { class: "hint" }, t(`mode.${patrol.mode}`), patrol.flags ? h("span", { class: "doubt" }, ` ▲ ${t("crew.flags", { n: patrol.flags })}`) : null),
        line);
    };
    const group = (mark) => {
      const own = patrols.filter((patrol) => keyOf(patrol) === mark.key);
      const on = !off.includes(mark.key);
      return h("li", { class: on ? "" : "off" },
        h("label", {}, h("input", { type: "checkbox", "data-key": `crew-${mark.key}`, checked: on, onchange: () => turn(replay, mark.key, on) }), swatch(mark), " ", mark.name),
        h("ul", {}, own.map(item)));
    };
    replace(place, patrols.length ? [
      h("h2", {}, t("crew.title", { n: marks.size, patrols: number(patrols.length) })),
      h("div", { class: "row" },
        h("button", { type: "button", class: "quiet", "data-key": "look", onclick: look }, t("crew.look")),
        marks.size > 1 && h("button", { type: "button", class: "quiet", "data-key": "all", onclick: () => replay.page.store.set({ off: "" }) }, t("crew.all")),
        marks.size > 1 && h("button", { type: "button", class: "quiet", "data-key": "no", onclick: () => replay.page.store.set({ off: [...marks.keys()].join(",") }) }, t("crew.no"))),
      h("ul", { class: "crews" }, [...marks.values()].map(group)),
    ] : null);
    tick();
  };
  replay.hear((what) => (what === "data" ? render() : tick()));
  replay.page.store.watch(["off"], render);
  return { render };
}

function turn(replay, key, on) {
  const { off } = replay;
  replay.page.store.set({ off: (on ? [...off, key] : off.filter((one) => one !== key)).join(",") }, { step: false });
}

/** A time of the day; with its day, where several are shown. */
function clock(time, { state }) {
  const words = minute(time);
  return state.days === "1" ? words.slice(11) : words.slice(5);
}

function doing(patrol, replay) {
  if (patrol.pending) return t("crew.pending");
  if (replay.live) {
    const here = replay.positions.find((one) => one.patrol === patrol.code);
    if (here) return t("crew.heard", { age: span(Math.max(0, replay.time - Date.parse(here.time))) });
  }
  const { state, since_ms } = whereabouts(patrol, replay.time);
  if (state === "unknown") return t(patrol.erased ? "crew.erased" : "crew.unknown");
  return t(`crew.${state}`, { span: span(since_ms) });
}
