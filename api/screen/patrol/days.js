/** Which days are shown: weeks as a small calendar with what there is on each day, and how many days at once. */

import { byId, h, replace } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { after, inWords, isDay, monday, nearest, today, weeksAgo } from "./calendar.js";
import { LENGTHS } from "./replay.js";

const WEEKS = 4;

/** @param {import("./replay.js").Replay} replay */
export function daysPart(replay) {
  const place = byId("days");
  /** The last week that is shown; null for the one of the day that is looked at. */
  let turned = /** @type {string | null} */ (null);
  let shown = "";
  const render = () => {
    const { days, day, loading } = replay;
    if (shown !== day) turned = null;
    shown = day;
    const counts = new Map((days ?? []).map((one) => [one.day, one.patrols]));
    const last = turned ?? lastWeek(day);
    const turn = (weeks) => { turned = after(last, weeks * 7); render(); };
    replace(place,
      h("h2", {}, t("days.title")),
      h("div", { class: "row" },
        h("input", { type: "date", "aria-label": t("days.pick"), "data-key": "date", value: day, max: today(), min: days?.[0]?.day ?? null,
          onchange: ({ target }) => isDay(target.value) && replay.show(target.value) }),
        step("days.before", nearest([...counts.keys()].filter((one) => one < day), day), replay, "◀"),
        step("days.after", nearest([...counts.keys()].filter((one) => one > day), day), replay, "▶"),
        h("button", { type: "button", "data-key": "today", onclick: () => replay.backToNow() }, t("days.today"))),
      weeks(last, counts, replay),
      h("div", { class: "row" },
        h("button", { type: "button", class: "quiet", "data-key": "earlier", onclick: () => turn(-WEEKS) }, t("days.earlier")),
        h("button", { type: "button", class: "quiet", "data-key": "later", disabled: weeksAgo(last) <= 0, onclick: () => turn(WEEKS) }, t("days.later")),
        h("label", { class: "length" }, t("days.length"), " ", h("select", { "data-key": "length", onchange: ({ target }) => replay.page.store.set({ days: target.value }) },
        LENGTHS.map((length) => h("option", { value: length, selected: replay.state.days === length }, t(`days.length.${length}`)))))),
      said(replay, counts, loading));
  };
  replay.hear((what) => what === "data" && render());
  return { render };
}

/** The Monday of the last week to show, so that a day's own week and those before it are seen. */
const lastWeek = (day) => (weeksAgo(day) < WEEKS ? monday(today()) : monday(day));

function step(key, to, replay, sign) {
  return h("button", { type: "button", class: "quiet", "data-key": key, disabled: to === null, "aria-label": t(key), title: to === null ? t(key) : `${t(key)}:${to}`, onclick: () => replay.show(to) }, sign);
}

function weeks(last, counts, replay) {
  const { from } = replay.period;
  const cell = (one) => {
    const count = counts.get(one) ?? 0;
    const inside = one >= from && one <= replay.day;
    return h("td", {}, h("button", {
      type: "button", "data-key": `day-${one}`, disabled: one > today(), class: [inside && "inside", one === today() && "today", !count && "none"].filter(Boolean).join(" "),
      "aria-pressed": String(one === replay.day), onclick: () => replay.show(one),
    }, String(Number(one.slice(8))), h("span", { class: "unseen" }, ` ${inWords(one)},${t("days.patrols", { n: count })}`), h("small", { "aria-hidden": "true" }, count ? "•".repeat(Math.min(count, 4)) : " ")));
  };
  const row = (at) => {
    const start = after(last, -7 * (WEEKS - 1 - at));
    const ago = weeksAgo(start);
    return h("tr", {}, h("th", { scope: "row" }, ago === 0 || ago === 1 ? t(`days.week.${ago}`) : `${start.slice(5)}`), [0, 1, 2, 3, 4, 5, 6].map((nth) => cell(after(start, nth))));
  };
  return h("table", { class: "weeks" },
    h("caption", { class: "unseen" }, t("days.title")),
    h("thead", {}, h("tr", {}, h("td", {}), [0, 1, 2, 3, 4, 5, 6].map((nth) => h("th", { scope: "col" }, t(`weekday.short.${nth}`))))),
    h("tbody", {}, [...Array(WEEKS).keys()].map(row)));
}

/** What there is to be said of the days that are shown. */
function said(replay, counts, loading) {
  const { problem, patrols, period, known_at, days } = replay;
  if (loading) return h("p", { class: "hint" }, t("loading"));
  if (problem?.status === 403) return h("p", { class: "hint" }, sentence(problem), " ", t("days.forbidden"));
  if (problem) return h("p", { class: "trouble" }, sentence(problem), " ", h("button", { type: "button", "data-key": "again", onclick: () => replay.load() }, t("retry")));
  if (!days) return null;
  if (patrols.length) return h("p", { class: "hint" }, t("days.found", { n: patrols.length, time: minute(known_at) }));
  const other = nearest([...counts.keys()], replay.day);
  const span = Number(replay.state.days) > 1 ? t("days.none.span", { from: period.from, to: replay.day }) : t("days.none", { day: inWords(replay.day) });
  return h("p", { class: "empty", role: "status" }, span, " ",
    other ? h("button", { type: "button", "data-key": "nearest", onclick: () => replay.show(other) }, t("days.nearest", { day: inWords(other) })) : t("days.never"));
}
