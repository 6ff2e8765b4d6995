/** What was left out: how many pieces for which reason and what would help, then each, to be put in by hand. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { mayPlan } from "./rights.js";
import { dutiesOf, factsOf, routeChoice } from "./stop.js";
import { debtInWords } from "./words.js";

export const WHYS = ["no_time", "not_yours", "hours", "wrong_mode", "unreachable", "no_way", "unverified", "test", "no_roads", "resting", "by_hand"];
/** So many are listed at first. */
const FIRST = 60;

export class Left {
  #opened;
  #look;
  #only = "";
  #all = false;

  /** @param {import("./opened.js").Opened} opened @param {import("./look.js").Look} look */
  constructor(opened, look) {
    this.#opened = opened;
    this.#look = look;
  }

  draw() {
    const { left } = this.#look;
    if (!left.length) return [h("p", { class: "part empty" }, t("left.none"))];
    const { piece } = this.#opened.page.store.state;
    const shown = left.filter(({ why }) => !this.#only || why === this.#only);
    const some = this.#all ? shown : shown.filter((one, at) => at < FIRST || one.piece === piece);
    return [this.#whys(left), h("ul", { class: "part left" }, some.map((one) => this.#row(one, one.piece === piece))),
      some.length < shown.length && h("div", { class: "part" }, h("button", { type: "button", "data-key": "left-all", onclick: () => { this.#all = true; this.#opened.page.render(); } }, t("left.all", { n: number(shown.length) })))];
  }

  /** Each reason with how many there are, what they owe, and what would help. */
  #whys(left) {
    const found = [...new Set(left.map(({ why }) => why))];
    const debt = (of, name) => of.reduce((sum, one) => sum + (one[name] ?? 0), 0);
    const row = (why) => {
      const of = left.filter((one) => one.why === why);
      return h("li", {}, h("button", { type: "button", class: "item", "data-key": `why-${why}`, "aria-pressed": String(this.#only === why), onclick: () => { this.#only = this.#only === why ? "" : why; this.#opened.page.render(); } },
        h("span", { class: "why-sign", "aria-hidden": "true" }, signOf(why)), h("strong", {}, WHYS.includes(why) ? t(`why.${why}`) : why), ` ${t("left.count", { n: number(of.length), debt: debtInWords(debt(of, "debt_m_days"), debt(of, "debt_target_days")) })}`),
      WHYS.includes(why) && h("small", { class: "hint" }, t(`why.${why}.help`)));
    };
    return h("ul", { class: "part whys" }, found.sort((one, other) => WHYS.indexOf(one) - WHYS.indexOf(other)).map(row));
  }

  #row(piece, open) {
    const { store } = this.#opened.page;
    const may = mayPlan(this.#opened.page) && !this.#opened.underWay;
    return h("li", { class: open ? "stop open" : "stop", "data-piece": piece.piece },
      h("button", { type: "button", class: "stop-row", "data-key": `piece-${piece.piece}`, "aria-expanded": String(open), onclick: () => store.set({ piece: open ? "" : piece.piece, route: "" }) },
        h("span", { class: "why-sign", title: WHYS.includes(piece.why) ? t(`why.${piece.why}`) : piece.why }, signOf(piece.why)), h("span", { class: "what" }, piece.name), h("span", { class: "long" }, debtInWords(piece.debt_m_days, piece.debt_target_days))),
      open && h("div", { class: "stop-more" }, h("p", {}, piece.why_text || (WHYS.includes(piece.why) ? t(`why.${piece.why}`) : "")), factsOf(piece), dutiesOf(piece),
        may && h("div", { class: "row" }, routeChoice(this.#opened.shown, piece, t("piece.in"), (route) => this.#opened.change({ piece: piece.piece, route })))));
  }
}

/** The sign by which a reason is told on the map. @param {string} why */
export const signOf = (why) => (WHYS.includes(why) ? t(`why.${why}.sign`) : "?");
