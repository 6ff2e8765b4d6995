/** How much of each bank or road was seen in a period, the least seen first. */

import { byId, h, replace } from "../page/dom.js";
import { number, say, sentence, t } from "../page/text.js";
import { day, minute, now_ms } from "../page/time.js";
import { readCoverage } from "./asking.js";

const PERIODS_DAYS = [7, 30, 90];
const DAY_MS = 86_400_000;
const longest = (one, other) => other.length_m - one.length_m;
/** The least seen first, or what nobody saw for longest: never, then long ago. */
const ORDERS = {
  share: (one, other) => (one.share_sure ?? 2) - (other.share_sure ?? 2) || longest(one, other),
  last: (one, other) => (Date.parse(one.last_seen ?? "") || 0) - (Date.parse(other.last_seen ?? "") || 0) || longest(one, other),
};

/** @param {import("./desk.js").Desk} desk */
export function coveragePanel(desk) {
  const panel = byId("panel-coverage");
  const asked = { layer: "", days: 30, by: "share" };
  /** @type {{ answer: any, problem: any, key: string }} */
  let got = { answer: null, problem: null, key: "" };
  const show = () => replace(panel, ...content(desk, asked, got, change));
  const ask = async () => {
    const key = JSON.stringify([asked.layer, asked.days, desk.watch.layer(asked.layer)?.data_at, desk.watch.layer("last_seen")?.data_at]);
    if (got.key === key && !got.problem) return;
    got = { answer: null, problem: null, key };
    show();
    const done = await read(asked);
    if (got.key === key) got = { ...done, key };
  };
  const change = async (patch) => {
    Object.assign(asked, patch);
    await ask();
    show();
  };
  return async () => {
    if (desk.store.state.panel !== "coverage" || !desk.watch.catalogue) return;
    const lines = linesOf(desk);
    if (!lines.some(({ id }) => id === asked.layer)) asked.layer = lines[0]?.id ?? "";
    if (asked.layer) await ask();
    show();
  };
}

const linesOf = (desk) => desk.watch.layers.reverse().filter(({ lines }) => lines);

async function read({ layer, days }) {
  try {
    // Whole days: who may not see persons is told no others.
    const answer = await readCoverage(layer, { from: day(now_ms() - (days - 1) * DAY_MS), to: day(now_ms() + DAY_MS) });
    return { answer: { ...answer, at_ms: now_ms() }, problem: null };
  } catch (problem) {
    return { answer: null, problem };
  }
}

function content(desk, asked, { answer, problem }, change) {
  const lines = linesOf(desk);
  if (lines.length === 0) return [h("p", { class: "hint" }, t("coverage.nolayers"))];
  const head = [choice("of", lines.map(({ id, title }) => [id, say(title)]), asked.layer, (layer) => change({ layer })),
    choice("period", PERIODS_DAYS.map((n) => [String(n), t("coverage.days", { n })]), String(asked.days), (days) => change({ days: Number(days) }))];
  return [h("div", { class: "coverage-head" }, head), ...body(desk, asked, answer, problem, change)];
}

function body(desk, asked, answer, problem, change) {
  if (problem) {
    return [h("p", { class: "trouble" }, sentence(problem)), h("button", { type: "button", "data-key": "retry", onclick: () => change({}) }, t("retry"))];
  }
  if (!answer) return [h("p", { class: "hint" }, t("loading"))];
  const rows = [...answer.targets].sort(ORDERS[asked.by]);
  if (rows.length === 0) return [h("p", { class: "hint" }, t("coverage.none"))];
  return [h("p", { class: "coverage-total" }, total(rows)), h("p", { class: "hint" }, spanOf(answer)), table(desk, asked, rows, change),
    h("p", { class: "hint" }, t("coverage.note"))];
}

function spanOf(answer) {
  // The period ends as a day begins: the day before is its last.
  const period = t("coverage.span", { from: day(answer.from), to: day(Date.parse(answer.to) - 1), reach: number(answer.reach_m) });
  return `${period} · ${t("coverage.at", { time: minute(answer.at_ms) })}`;
}

function total(rows) {
  const length_m = rows.reduce((sum, row) => sum + row.length_m, 0);
  const known = (row) => (row.share_sure === null ? 0 : row.length_m - row.unknown_m);
  const known_m = rows.reduce((sum, row) => sum + known(row), 0);
  const part = (key) => (known_m ? rows.reduce((sum, row) => sum + row[key] * known(row), 0) / known_m : null);
  return t("coverage.total", { share: pair(part("share_sure"), part("share_possible")), length: number(length_m / 1000, 1) });
}

function table(desk, asked, rows, change) {
  const order = (key) => h("button", { type: "button", class: "quiet", "data-key": `by-${key}`, title: t(`coverage.by.${key}`), onclick: () => change({ by: key }) }, t(`coverage.${key}`), asked.by === key ? " ▲" : "");
  return h("table", { class: "coverage" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("coverage.name")), Object.keys(ORDERS).map((key) => h("th", { scope: "col", "aria-sort": asked.by === key ? "ascending" : null }, order(key))))),
    h("tbody", {}, rows.map((row) => h("tr", {},
      h("th", { scope: "row" }, h("button", {
        type: "button", class: "item", "data-key": row.code, onclick: () => desk.choose({ layer: asked.layer, id: String(row.id) }, { fly: true }),
      }, row.name || row.code)),
      h("td", {}, bar(row), h("span", {}, pair(row.share_sure, row.share_possible))),
      h("td", { class: row.last_seen || row.unknown_m ? "" : "never" }, lastSeen(row))))));
}

function lastSeen({ last_seen, unknown_m }) {
  if (last_seen) return day(last_seen);
  return t(unknown_m ? "coverage.unknown" : "coverage.never");
}

function bar({ share_sure, share_possible }) {
  return h("meter", { min: 0, max: 1, value: share_sure ?? 0, "aria-hidden": "true", title: pair(share_sure, share_possible) });
}

function pair(sure, possible) {
  if (sure === null) return t("none");
  const [low, high] = [sure, possible].map((share) => number(share * 100));
  return low === high ? t("coverage.one", { sure: low }) : t("coverage.pair", { sure: low, possible: high });
}

function choice(key, options, chosen, listener) {
  return h("label", {}, h("span", {}, t(`coverage.${key}`)),
    h("select", { "data-key": key, onchange: (event) => listener(event.target.value) },
      options.map(([value, label]) => h("option", { value, selected: value === chosen }, label))));
}
