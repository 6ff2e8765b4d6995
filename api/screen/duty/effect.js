/** What a changed rule would have meant for last month: before and after, in figures and bars, from a computation that is dated. */

import { announce, h, replace } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { readEffect } from "./asking.js";
import { percent } from "./values.js";

const SHOWN = 10;
const ROWS = [
  { key: "debt", unit: "debt", bar: true }, { key: "on_time_share", share: true, bar: true }, { key: "met_share", share: true, bar: true },
  { key: "overdue", unit: "length", bar: true }, { key: "never_seen", unit: "length" }, { key: "unknown", unit: "length" }, { key: "most_overdue_days", unit: "days" },
  { key: "due" }, { key: "done" }, { key: "effective" }, { key: "met" }, { key: "missed" },
];

export class EffectPart {
  element = h("section", { class: "effect", "aria-live": "polite" });
  #asked;
  #number = 0;
  #shown = false;

  /** @param {() => { code: string, body: any }} asked   the rule as it is filled in now */
  constructor(asked) {
    this.#asked = asked;
  }

  /** The rule was changed: what is shown is of another. */
  changed() {
    if (!this.#shown) return;
    this.#shown = false;
    replace(this.element, h("p", { class: "hint" }, t("duty.effect.changed")));
  }

  async ask() {
    const { code, body } = this.#asked();
    const mine = (this.#number += 1);
    replace(this.element, h("p", { class: "hint" }, t("duty.effect.computing")));
    this.element.scrollIntoView({ block: "nearest" });
    try {
      const told = await readEffect(code, body);
      if (mine !== this.#number) return;
      replace(this.element, ...this.#told(told));
      announce(t("duty.effect.tried"));
    } catch (problem) {
      if (mine !== this.#number) return;
      replace(this.element, h("p", { class: "trouble" }, sentence(/** @type {any} */ (problem))));
    }
    this.#shown = true;
    this.element.scrollIntoView({ block: "nearest" });
  }

  #told(told) {
    const { before, after } = told;
    const last = day(Date.parse(told.to) - 1);
    return [h("h3", {}, t("duty.effect.title", { from: day(told.from), to: last })),
      !before && h("p", { class: "hint" }, t(told.waiting.length ? "duty.effect.waiting" : "duty.effect.no_before")),
      !after && h("p", { class: "hint" }, t("duty.effect.no_after")),
      h("table", {}, h("thead", {}, h("tr", {}, ["what", "before", "after", "change"].map((key) => h("th", { scope: "col" }, t(`duty.effect.${key}`))))),
        h("tbody", {}, ROWS.map((row) => figureRow(row, before, after)))),
      targets(told), h("p", { class: "hint" }, t("duty.effect.at", { time: minute(told.computed_at), s: number(told.took_s, 1), began: told.began }),
        told.anew ? t("duty.effect.anew") : "", t("duty.effect.stored"))];
  }
}

function figureRow(row, before, after) {
  const whole = (after ?? before)?.whole;
  const values = [before, after].map((one) => (one ? one[row.key] : null));
  const most = Math.max(...values.map((value) => value ?? 0), row.share ? 1 : 0);
  return h("tr", {}, h("th", { scope: "row" }, t(`duty.effect.${row.key}`), row.unit && h("small", { class: "hint" }, ` ${t(`duty.unit.${row.unit}${whole && row.unit !== "days" ? "_whole" : ""}`)}`)),
    values.map((value) => h("td", { class: "number" }, row.bar && value !== null && most > 0 && h("meter", { min: 0, max: most, value, "aria-hidden": "true" }), h("span", { class: "told" }, told(row, value)))),
    h("td", { class: "number" }, changeOf(row, values)));
}

/** What is not known is said, never told as zero. */
function told(row, value) {
  if (value === null || value === undefined) return t("duty.effect.not_known");
  return row.share ? percent(value) : number(value, value < 10 ? 1 : 0);
}

function changeOf(row, [before, after]) {
  if (before === null || after === null || before === undefined || after === undefined) return t("none");
  const change = row.share ? (after - before) * 100 : after - before;
  const digits = Math.abs(change) < 10 ? 1 : 0;
  if (Math.abs(change) < 0.05) return t("duty.effect.same");
  return `${change > 0 ? "+" : "−"}${number(Math.abs(change), digits)}${row.share ? ` ${t("duty.unit.points")}` : ""}`;
}

/** The targets whose debt changes most. */
function targets({ targets: every, truncated, after, before }) {
  const moved = every.filter((one) => (one.before?.debt ?? null) !== (one.after?.debt ?? null));
  if (!moved.length) return null;
  const unit = t(`duty.unit.debt${(after ?? before)?.whole ? "_whole" : ""}`);
  const debt = (one) => (one ? number(one.debt, one.debt < 10 ? 1 : 0) : t("duty.effect.not_covered"));
  return h("details", {}, h("summary", {}, t(truncated ? "duty.effect.targets_many" : "duty.effect.targets", { n: number(moved.length) })),
    h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("duty.effect.target")), ["before", "after"].map((key) => h("th", { scope: "col" }, `${t(`duty.effect.${key}`)} ${unit}`)))),
      h("tbody", {}, moved.slice(0, SHOWN).map((one) => h("tr", {}, h("th", { scope: "row" }, one.name ?? one.target), h("td", { class: "number" }, debt(one.before)), h("td", { class: "number" }, debt(one.after)))))),
    moved.length > SHOWN && h("p", { class: "hint" }, t("duty.effect.first", { n: number(SHOWN) })));
}
