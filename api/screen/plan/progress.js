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
  const share = last?.stage === "solving" ? Math.min((last.of_seconds ? last.seconds / last.of_seconds : (last.iterations ?? 0) / (last.of_iterations || 1)), 1) : null;
  const found = last?.pieces !== undefined;
  const words = found ? [t("solve.best", { pieces: number(last.pieces), km: km(last.length_m ?? 0) }), last.debt_after_m_days ? t("solve.leaves", { left: debtInWords(last.debt_after_m_days.nominal, last.debt_after_target_days?.nominal) }) : ""].join("")
    : plan.status === "queued" ? t("solve.queued", { n: number(plan.ahead ?? 0) }) : t(last?.stage === "solving" ? "solve.looking" : "solve.beginning");
  tellNow(words);
  return h("section", { class: "part solving", "data-label": "solve.title" },
    h("h2", {}, t("solve.title")),
    h("progress", { max: 1, value: share, "aria-label": t("solve.title") }),
    h("p", {}, words),
    found && h("p", { class: "hint" }, t(last.stage === "telling" ? "solve.telling" : "solve.so", { seconds: number(last.seconds), n: number(last.iterations ?? 0) })),
    curve(steps.filter(({ debt_after_m_days }) => debt_after_m_days).map(({ seconds, debt_after_m_days }) => ({ seconds, debt: debt_after_m_days.nominal }))),
    solving?.cut && h("p", { class: "trouble" }, `▲ ${t("solve.cut")}`),
    h("div", { class: "row" }, h("button", { type: "button", "data-key": "cancel", onclick: () => opened.cancel() }, t(plan.routes?.length ? "solve.enough" : "solve.cancel"))));
}

function tellNow(words) {
  const now = performance.now();
  if (now - said_ms < SAID_MS) return;
  said_ms = now;
  announce(words);
}

/** What is left unpaid, over the seconds; none while it is not known twice. @param {{ seconds: number, debt: number }[]} steps */
function curve(steps) {
  if (steps.length < 2) return null;
  const debts = steps.map(({ debt }) => debt);
  const [most, least] = [Math.max(...debts), Math.min(...debts)];
  if (most === least) return null;
  const [from, to] = [steps[0].seconds, steps[steps.length - 1].seconds];
  const x = (seconds) => ((seconds - from) / Math.max(to - from, 1)) * WIDTH;
  const y = (debt) => 6 + ((most - debt) / (most - least)) * (HEIGHT - 12);
  const points = steps.map(({ seconds, debt }, at) => `${at ? "H" : "M"}${x(seconds)}${at ? "V" : " "}${y(debt)}`).join("");
  return h("figure", { class: "curve" },
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": t("solve.curve.of", { from: debtInWords(debts[0], 0), to: debtInWords(least, 0) }) },
      svg("path", { d: points, class: "curve-line" })),
    h("figcaption", { class: "hint" }, t("solve.curve")));
}
