/** What is at stake: what will be owed by the day that is planned, layer by layer, and which layers a plan shall pay off. */

import { h, replace } from "../page/dom.js";
import { number, say, sentence, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { readDebt } from "./asking.js";
import { debtInWords } from "./words.js";

export class Stake {
  element = h("section", { class: "part stake" });
  #form;
  /** @type {any} */ #told = null;
  /** @type {any} */ #problem = null;
  #asked = "";
  #open = false;

  /** @param {import("./form.js").Form} form */
  constructor(form) {
    this.#form = form;
  }

  /** Ask, where the day is another; again, where that is wished. @param {{ anew?: boolean }} [options] */
  async load({ anew = false } = {}) {
    const { day } = this.#form.order;
    if (!anew && this.#asked === day) return;
    this.#asked = day;
    this.#told = this.#problem = null;
    this.draw();
    try {
      const told = await readDebt(day);
      if (this.#asked === day) this.#told = told;
    } catch (problem) {
      if (this.#asked === day) this.#problem = problem;
    }
    this.draw();
  }

  draw() {
    const told = this.#told;
    replace(this.element, h("h2", {}, t("stake.title")), this.#problem
      ? h("p", { class: "trouble" }, sentence(this.#problem), " ", h("button", { type: "button", "data-key": "stake-again", onclick: () => this.load({ anew: true }) }, t("retry")))
      : !told ? h("p", { class: "hint" }, t("stake.loading"))
        : told.duties.length === 0 ? h("p", { class: "empty" }, t("stake.noduty"), " ", h("a", { href: "/duty#tab=duties" }, t("stake.noduty.register")))
          : this.#owed(told));
  }

  #owed(told) {
    const nothing = !told.debt_m_days && !told.debt_target_days;
    const layers = byLayer(told.duties);
    const { options } = this.#form.order;
    const turn = (layer, on) => {
      const chosen = layers.map(({ id }) => id).filter((id) => (id === layer ? on : !options.layers || options.layers.includes(id)));
      options.layers = chosen.length === layers.length ? null : chosen;
      this.#form.changed();
      this.draw();
    };
    return [
      nothing ? h("p", { class: "empty" }, t("stake.nothing", { day: told.at.slice(0, 10) })) : h("p", { class: "figure" }, debtInWords(told.debt_m_days, told.debt_target_days)),
      h("p", { class: "hint" }, t(told.forecast ? "stake.forecast" : "stake.at", { at: minute(told.at), time: minute(told.known_at) })),
      h("details", { class: "which", open: this.#open, ontoggle: ({ target }) => { this.#open = target.open; } }, h("summary", {}, options.layers ? t("stake.some", { n: options.layers.length, all: layers.length }) : t("stake.all")), h("table", { class: "owed" }, h("caption", { class: "unseen" }, t("stake.layers")),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("stake.layer")), h("th", { scope: "col", class: "number" }, t("stake.duties")), h("th", { scope: "col", class: "number" }, t("stake.overdue")), h("th", { scope: "col", class: "number" }, t("stake.debt")))),
        h("tbody", {}, layers.map(({ id, behind, duties, overdue_m, overdue_targets, debt_m_days, debt_target_days }) => h("tr", {},
          h("th", { scope: "row" }, h("label", {}, h("input", { type: "checkbox", "data-key": `layer-${id}`, checked: !options.layers || options.layers.includes(id), onchange: ({ target }) => turn(id, target.checked) }),
            ` ${say(this.#form.page.watch.layer(id)?.title) || id}`)),
          h("td", { class: "number" }, t("stake.of", { n: number(behind), all: number(duties) })),
          h("td", { class: "number" }, overdue_m ? t("plan.km", { n: number(overdue_m / 1000, 1) }) : overdue_targets ? t("stake.targets", { n: number(overdue_targets) }) : t("none")),
          h("td", { class: "number" }, debt_m_days || debt_target_days ? debtInWords(debt_m_days, debt_target_days) : t("none")))))),
      h("p", { class: "hint" }, t("stake.what"))),
    ];
  }
}

/** What is owed of each layer, that first of which most duties are behind. @param {any[]} duties */
function byLayer(duties) {
  const sums = new Map();
  for (const one of duties) {
    const sum = sums.get(one.layer) ?? { id: one.layer, duties: 0, behind: 0, overdue_m: 0, overdue_targets: 0, debt_m_days: 0, debt_target_days: 0 };
    sum.duties += 1;
    if (one.debt_m_days || one.debt_target_days) sum.behind += 1;
    for (const name of ["overdue_m", "overdue_targets", "debt_m_days", "debt_target_days"]) sum[name] += one[name] ?? 0;
    sums.set(one.layer, sum);
  }
  return [...sums.values()].sort((one, other) => other.behind - one.behind);
}
