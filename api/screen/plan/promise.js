/** What the plan promises, duty by duty: worked out by the coverage engine over the planned lines. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { Table } from "../page/table.js";
import { km, rounded } from "./words.js";

export class Promised {
  #look;
  /** @type {any} */ #shown = null;
  #table;

  /** @param {import("./look.js").Look} look */
  constructor(look) {
    this.#look = look;
    this.#table = new Table({ ...words(), key: (row) => row.duty, order: { by: "paid", down: true } });
  }

  draw() {
    const { plan } = this.#look;
    if (this.#shown !== plan) this.#table.show(plan.promise ?? []);
    this.#shown = plan;
    return [h("p", { class: "part hint" }, t("promise.what")), h("div", { class: "part promise" }, this.#table.element)];
  }

  spoken() {
    this.#table.tell(words());
  }
}

const paidOf = ({ before, after }) => before - after.nominal;

/** What was owed, and between what it lies afterwards, in the duty's own unit. */
function owed({ before, after: { sure, possible }, unit }) {
  const [least, most] = [Math.min(sure, possible), Math.max(sure, possible)].map(rounded);
  return t(unit === "target_days" ? "promise.owed.target" : "promise.owed.m", { before: rounded(before), after: least === most ? least : `${least}–${most}` });
}

function words() {
  return {
    caption: t("promise.title"), empty: t("promise.none"),
    columns: [
      { key: "name", title: t("promise.duty"), text: (row) => [row.name || row.duty, row.post].filter(Boolean).join(" "), cell: (row) => h("span", {}, row.name || row.duty, h("small", { class: "hint" }, ` ${row.post ?? ""}`)) },
      { key: "before", title: t("promise.owed"), text: (row) => [owed(row), seen(row)].filter(Boolean).join(" "), cell: (row) => h("span", {}, owed(row), seen(row) && h("small", { class: "hint" }, ` ${seen(row)}`)) },
      { key: "paid", title: t("promise.paid"), number: true, value: paidOf, text: (row) => (row.before > 0 ? `${number(Math.floor((paidOf(row) / row.before) * 100))} %` : t("none")) },
    ],
  };
}

/** How much of it is seen, and why the patrols would not be effective ones. */
const seen = ({ seen_m, reasons }) => [seen_m?.nominal ? t("promise.seen", { n: km(seen_m.nominal) }) : "", ...(reasons ?? [])].filter(Boolean).join(t("comma"));
