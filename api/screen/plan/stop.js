/** One piece of a route, opened: which duties it settles, and what may be done with it by keyboard and by thumb. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { debtInWords, km } from "./words.js";

/** The duties that a piece settles. @param {any} one a stop or a piece */
export const dutiesOf = ({ duties }) => h("ul", { class: "stop-duties" }, (duties ?? []).map(({ duty, name, post, debt_m_days, debt_target_days }) => h("li", {},
  h("span", {}, name || duty), h("small", { class: "hint" }, [post, debtInWords(debt_m_days, debt_target_days)].filter(Boolean).join(" · ")))));

/** What is known of a piece. @param {any} piece */
export const factsOf = (piece) => h("p", { class: "hint" }, [
  piece.length_m ? km(piece.length_m) : "", piece.overdue_days ? t("piece.overdue", { n: number(piece.overdue_days, 1) }) : "",
  piece.hours?.length ? t("piece.hours", { hours: piece.hours.join(t("comma")) }) : "",
].filter(Boolean).join(" · "));

/** The choice of a route to put a piece into. @param {any} plan @param {any} piece @param {string} words @param {(route: string) => void} chosen */
export function routeChoice(plan, piece, words, chosen) {
  const days = new Set(plan.routes.map(({ day }) => day)).size > 1;
  const select = /** @type {HTMLSelectElement} */ (h("select", { "data-key": `to-${piece.piece}`, "aria-label": t("piece.to.of", { name: piece.name }), onchange: () => select.value && chosen(select.value) },
    h("option", { value: "" }, words),
    plan.routes.filter(({ route }) => piece.passed || route !== piece.route).map(({ route, name, mode, day }) => h("option", { value: route }, [name, t(`plan.mode.${mode}`), days && day].filter(Boolean).join(" · ")))));
  return select;
}

/**
 * @param {import("./opened.js").Opened} opened
 * @param {any} route
 * @param {any} stop
 * @param {any} piece
 * @param {boolean} may   whether the plan may be changed
 */
export function stopDetail(opened, route, stop, piece, may) {
  const order = route.stops.filter(({ kind }) => kind === "piece").map((one) => one.piece);
  const at = order.indexOf(stop.piece);
  const change = (wanted) => opened.change({ piece: stop.piece, ...wanted });
  const step = (key, to, words) => h("button", { type: "button", "data-key": `${key}-${stop.piece}`, disabled: opened.busy || to < 0 || to >= order.length, onclick: () => change({ route: route.route, position: to }) }, words);
  return h("div", { class: "stop-more" }, piece && factsOf(piece), dutiesOf(stop),
    stop.unverified && h("p", { class: "hint" }, t("piece.unverified.what")),
    may && piece && h("div", { class: "row" },
      routeChoice(opened.shown, piece, t("piece.to"), (to) => change({ route: to })),
      step("earlier", at - 1, t("piece.earlier")), step("later", at + 1, t("piece.later")),
      h("label", { class: "fix" }, h("input", { type: "checkbox", "data-key": `fix-${stop.piece}`, disabled: opened.busy, checked: Boolean(stop.fixed), onchange: ({ target }) => change({ fixed: target.checked }) }), ` ${t("piece.fix")}`),
      h("button", { type: "button", "data-key": `out-${stop.piece}`, disabled: opened.busy, onclick: () => change({ route: null }) }, t("piece.out"))));
}
