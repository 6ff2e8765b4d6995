/** What a plan is worth: ways, hours, debt before and after, how near that is to the best there could be, what one more crew would add. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { debtInWords, hours, km, pairInWords, rounded, signed } from "./words.js";

/** From so many percent of the upper limit on it is said that little more can be had. */
const NEAR = 85;

/** @param {any} plan */
export function figures(plan) {
  const { totals, bound, more } = plan;
  const crews = new Set(plan.routes.filter(({ stops }) => stops.some(({ kind }) => kind === "piece")).map(({ crew, name }) => crew ?? name));
  return h("section", { class: "part sums", "data-label": "sums.title" },
    h("dl", { class: "sums-list" }, [
      totals.debt_before_m_days ? sum("sums.lines", t("debt.m", { n: rounded(totals.debt_before_m_days) }), pairInWords(totals.debt_after_m_days, "m"), paid(totals.debt_before_m_days, totals.debt_after_m_days)) : null,
      totals.debt_before_target_days ? sum("sums.targets", t("debt.target", { n: rounded(totals.debt_before_target_days) }), pairInWords(totals.debt_after_target_days, "target"), paid(totals.debt_before_target_days, totals.debt_after_target_days)) : null,
    ]),
    !totals.debt_before_m_days && !totals.debt_before_target_days && h("p", { class: "empty" }, t("sums.nothing")),
    h("p", { class: "sums-way" }, t("sums.way", { crews: number(crews.size), pieces: number(totals.pieces), km: km(totals.length_m), hours: hours(totals.time_s) }), totals.left_out > 0 && t("sums.left", { n: number(totals.left_out) })),
    plan.known_at && h("p", { class: "hint" }, t("sums.known", { time: minute(plan.known_at), at: minute(plan.judged_at ?? plan.known_at) })),
    plan.waiting?.length > 0 && h("p", { class: "hint" }, t("sums.waiting", { duties: plan.waiting.map(({ duty }) => duty).join(t("comma")) })),
    bound && h("p", { class: "hint" }, boundInWords(bound)),
    more && h("p", { class: "hint" }, more.debt_paid_m_days || more.debt_paid_target_days ? t("sums.more", { crew: like(more), debt: debtInWords(more.debt_paid_m_days, more.debt_paid_target_days) }) : t("sums.more.none", { crew: like(more) })));
}

function sum(key, before, after, share) {
  return h("div", {}, h("dt", {}, t(key)), h("dd", {}, h("span", { class: "before" }, before), h("span", { "aria-hidden": "true" }, " → "), h("span", { class: "unseen" }, t("sums.to")), h("strong", {}, after), h("small", { class: "hint" }, ` ${t("sums.paid", { share })}`)));
}

/** How much of the debt is paid off: surely, and at best. */
function paid(before, { sure, possible }) {
  const [least, most] = [1 - Math.max(sure, possible) / before, 1 - Math.min(sure, possible) / before].map((share) => Math.floor(Math.max(share, 0) * 100));
  return least === most ? `${least} %` : `${least}–${most} %`;
}

/** What sort of crew one more would be. */
const like = ({ crew, mode }) => (mode ? t("sums.more.like", { crew, mode: t(`plan.mode.${mode}`) }) : crew);

/** A gap so small is none in words. */
const NOTHING = 5e-4;

function boundInWords({ gap, relaxation, trivial, reached, worth }) {
  const share = gap < NOTHING ? 100 : worth > 0 ? Math.floor(Math.min(reached / worth, 1) * 100) : Math.floor((1 - gap) * 100);
  return t(share >= 100 ? (trivial ? "sums.bound.all" : "sums.bound.best") : trivial ? "sums.bound.trivial" : share >= NEAR ? "sums.bound.near" : "sums.bound", { share, relaxation: t("sums.relaxation", { relaxation }) });
}

/** What a change makes of a plan, in words; empty where nothing that counts changes. @param {any} before @param {any} after */
export function difference(before, after) {
  const debt = (totals, unit) => totals?.[`debt_after_${unit}_days`]?.nominal ?? 0;
  const by = (of) => of(after.totals) - of(before.totals);
  const way = by(({ length_m }) => length_m);
  const time = by(({ time_s }) => time_s);
  const lines = by((totals) => debt(totals, "m"));
  const targets = by((totals) => debt(totals, "target"));
  return [
    Math.abs(way) >= 1 && t("change.way", { n: signed(way, km) }), Math.abs(time) >= 30 && t("change.time", { n: signed(time, hours) }),
    Math.abs(lines) >= 0.5 && t(lines > 0 ? "change.owes" : "change.pays", { debt: debtInWords(Math.abs(lines), 0) }),
    Math.abs(targets) >= 0.05 && t(targets > 0 ? "change.owes" : "change.pays", { debt: debtInWords(0, Math.abs(targets)) }),
  ].filter(Boolean).join(" · ");
}
