/** After the day: planned against walked, piece by piece, and why not. */

import { h } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { today } from "./calendar.js";
import { debtInWords, km, pairInWords } from "./words.js";

export const STATES = ["missed", "partly", "walked", "not_yet"];

/** @param {import("./opened.js").Opened} opened @param {import("./look.js").Look} look */
export function walkedPart(opened, look) {
  const { result, resultProblem, plan } = opened;
  if (plan.day > today()) return [h("p", { class: "part hint" }, t("walked.later", { day: plan.day }))];
  if (resultProblem) return [h("p", { class: "part trouble" }, sentence(resultProblem), " ", again(opened, t("retry")))];
  if (!result) return [h("p", { class: "part hint" }, t("walked.loading"))];
  const { totals } = result;
  return [
    h("section", { class: "part" },
      h("p", { class: "figure" }, t("walked.sum", { planned: number(totals.planned), walked: number(totals.walked), partly: number(totals.partly), missed: number(totals.missed) })),
      owed(totals), whys(result.pieces),
      h("p", { class: "hint" }, t("walked.known", { time: minute(result.known_at) }), " ", again(opened, t("walked.again")))),
    ...groups(opened, look, result.pieces),
  ];
}

const again = (opened, words) => h("button", { type: "button", class: "quiet", "data-key": "walked-again", onclick: () => opened.readResult() }, words);

/** Why pieces were not walked, or not all of them: each reason once. */
function whys(pieces) {
  const counts = new Map();
  for (const { why_text } of pieces) if (why_text) counts.set(why_text, (counts.get(why_text) ?? 0) + 1);
  return counts.size > 0 && h("ul", {}, [...counts].sort((one, other) => other[1] - one[1]).map(([words, n]) => h("li", {}, t("walked.why", { n: number(n), words }))));
}

/** What was owed, what was promised, what is owed: each where it is told. */
function owed(totals) {
  return ["m", "target"].filter((unit) => totals[`debt_before_${unit}_days`] && Number.isFinite(totals[`debt_after_${unit}_days`])).map((unit) => {
    const [before, promised, after] = ["before", "promised", "after"].map((when) => totals[`debt_${when}_${unit}_days`]);
    const words = (debt) => (unit === "m" ? debtInWords(debt, 0) : debtInWords(0, debt));
    return h("p", {}, t("walked.owed", { before: words(before), promised: promised ? pairInWords(promised, unit) : t("none"), after: words(after) }));
  });
}

function groups(opened, look, pieces) {
  const routes = [...new Set(pieces.map(({ route }) => route))];
  return routes.map((id) => {
    const route = opened.plan.routes.find((one) => one.route === id);
    const of = pieces.filter((one) => one.route === id);
    return h("section", { class: "route" }, h("header", {}, h("strong", {}, route?.name ?? id), h("span", { class: "hint" }, t("walked.of", { n: number(of.filter(({ state }) => state === "walked").length), all: number(of.length) }))),
      h("ul", { class: "stops left" }, of.map((one) => row(opened, look, one))));
  });
}

function row(opened, look, one) {
  const { store } = opened.page;
  const open = store.state.piece === one.piece;
  return h("li", { class: open ? "stop open" : "stop", "data-piece": one.piece },
    h("button", { type: "button", class: "stop-row", "data-key": `piece-${one.piece}`, "aria-expanded": String(open), onclick: () => store.set({ piece: open ? "" : one.piece }) },
      h("span", { class: `walked-sign ${one.state}`, "aria-hidden": "true" }, { walked: "✓", partly: "◐", missed: "✗", not_yet: "…" }[one.state] ?? "?"),
      h("span", { class: "what" }, one.name, one.why_text && h("small", { class: "hint" }, ` ${one.why_text}`)),
      h("span", { class: one.state === "missed" ? "long trouble" : "long" }, t(`walked.${one.state}`))),
    open && h("div", { class: "stop-more" }, h("p", { class: "hint" }, [
      one.planned_at && t("walked.planned", { time: minute(one.planned_at) }), one.walked_at && t("walked.at", { time: minute(one.walked_at) }),
      one.seen_m && one.length_m ? t("walked.seen", { seen: seen(one.seen_m), all: km(one.length_m) }) : "",
    ].filter(Boolean).join(" · ")), one.by && h("a", { href: `/patrol#day=${opened.plan.day}` }, t("walked.patrol", { code: one.by }))));
}

const seen = ({ sure, possible }) => (Math.round(sure) === Math.round(possible) ? km(sure) : t("walked.pair", { least: km(Math.min(sure, possible)), most: km(Math.max(sure, possible)) }));
