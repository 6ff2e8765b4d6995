/** Solving as it goes: how far, what the best so far pays off, a curve of it, and the way to stop. */

import { announce, h, svg } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { debtInWords, km } from "./words.js";

const WIDTH = 400;
const HEIGHT = 70;
/** A screen reader is told no more often than this. */
const SAID_MS = 10_000;
let said_ms = 0;

/** @param {import("./opened.js").Opened} opened */
export function progressPart(opened) {
  const { plan, solving } = opened;
  const steps = solving?.steps ?? [];
  const last = steps[steps.length - 1];
  const limit = plan.options ?? {};
  const of = last?.of_seconds ?? limit.seconds ? { done: last?.seconds ?? 0, all: last?.of_seconds ?? limit.seconds } : { done: last?.iterations ?? 0, all: last?.of_iterations ?? limit.iterations ?? 0 };
  const share = of.all ? Math.min(of.done / of.all, 1) : 0;
  const words = last ? t("solve.best", { pieces: number(last.pieces), km: km(last.length_m), left: debtInWords(last.debt_after_m_days, last.debt_after_target_days) })
    : t(plan.status === "queued" ? "solve.queued" : "solve.beginning");
  tellNow(words);
  return h("section", { class: "part solving", "data-label": "solve.title" },
    h("h2", {}, t("solve.title")),
    h("progress", { max: 1, value: last ? share : null, "aria-label": t("solve.title") }),
    h("p", {}, words),
    last && h("p", { class: "hint" }, t("solve.so", { seconds: number(last.seconds), n: number(last.iterations) })),
    steps.length > 1 && curve(steps),
    solving?.cut && h("p", { class: "trouble" }, `▲ ${t("solve.cut")}`),
    h("div", { class: "row" }, h("button", { type: "button", "data-key": "cancel", onclick: () => opened.cancel() }, t(plan.routes?.length ? "solve.enough" : "solve.cancel"))));
}

function tellNow(words) {
  const now = performance.now();
  if (now - said_ms < SAID_MS) return;
  said_ms = now;
  announce(words);
}

/** What is left unpaid, over the seconds. @param {import("./solving.js").Step[]} steps */
function curve(steps) {
  const most = Math.max(...steps.map(({ debt_after_m_days }) => debt_after_m_days));
  const least = Math.min(...steps.map(({ debt_after_m_days }) => debt_after_m_days));
  const long = Math.max(steps[steps.length - 1].seconds, 1);
  const x = (seconds) => (seconds / long) * WIDTH;
  const y = (debt) => 6 + (most > least ? (most - debt) / (most - least) : 1) * (HEIGHT - 12);
  const points = steps.map(({ seconds, debt_after_m_days }, at) => `${at ? `H${x(seconds)}` : `M${x(seconds)} ${y(debt_after_m_days)}`}V${y(debt_after_m_days)}`).join("");
  return h("figure", { class: "curve" },
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": t("solve.curve.of", { from: debtInWords(steps[0].debt_after_m_days, 0), to: debtInWords(least, 0) }) },
      svg("path", { d: points, class: "curve-line" })),
    h("figcaption", { class: "hint" }, t("solve.curve")));
}
