/** Changing a register by a sheet: what it would change is shown first, and only that is written. */

import { h, replace } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { Table } from "../page/table.js";
import { sendSheet } from "./asking.js";
import { changes } from "./detail.js";
import { Dialog, button } from "./dialog.js";
import { titleOf, titled, wordedOrNone } from "./values.js";

/** @param {import("./register.js").RegisterPanel} panel */
export const openSheet = (panel) => new Sheet(panel).open();

class Sheet {
  #panel;
  #dialog;
  #file = /** @type {HTMLInputElement} */ (h("input", { type: "file", id: "sheet-file", accept: ".xlsx,.csv", onchange: () => this.#check() }));
  #from = /** @type {HTMLInputElement} */ (h("input", { type: "date", id: "sheet-from", onchange: () => this.#check() }));
  #told = h("div", { class: "sheet-told", "aria-live": "polite" });
  /** @type {any} */ #plan = null;
  #asked = 0;

  constructor(panel) {
    this.#panel = panel;
    this.#dialog = new Dialog(t("duty.sheet.title", { what: t(`duty.tab.${panel.name}`) }), { wide: true });
  }

  open() {
    const drop = h("div", { class: "drop", ondragover: (event) => event.preventDefault(), ondrop: (event) => this.#dropped(event) },
      h("label", { for: "sheet-file" }, t("duty.sheet.choose")), this.#file,
      h("label", { for: "sheet-from" }, t("duty.sheet.from")), this.#from);
    this.#dialog.show(h("p", { class: "hint" }, t("duty.sheet.hint")), drop, this.#told);
    this.#offer();
    this.#dialog.focus();
  }

  #dropped(event) {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    this.#file.files = event.dataTransfer.files;
    this.#check();
  }

  #offer(working = false) {
    const { new: added, changed, refused } = this.#plan ?? { new: 0, changed: 0, refused: 0 };
    const possible = this.#plan && !refused && added + changed > 0;
    this.#dialog.offer(button(t("session.cancel"), () => this.#dialog.close(), { class: "quiet" }),
      button(t("duty.sheet.write", { n: number(added + changed) }), () => this.#write(), { class: "main", disabled: !possible || working, "data-key": "write" }));
  }

  /** Ask what the sheet would change; nothing is written. */
  async #check() {
    const [file] = this.#file.files ?? [];
    if (!file) return;
    const mine = (this.#asked += 1);
    this.#plan = null;
    this.#offer();
    replace(this.#told, h("p", { class: "hint" }, t("duty.sheet.checking", { name: file.name })));
    try {
      const plan = await sendSheet(this.#panel.name, file, { from: this.#from.value });
      if (mine !== this.#asked) return;
      titled(plan.fields);
      this.#plan = plan;
      replace(this.#told, ...this.#show(plan));
    } catch (problem) {
      if (mine !== this.#asked) return;
      replace(this.#told, h("p", { class: "trouble" }, sentence(/** @type {any} */ (problem))));
    }
    this.#offer();
  }

  #show(plan) {
    const counts = ["new", "changed", "same", "refused"].map((what) => t(`duty.sheet.${what}`, { n: number(plan[what]) })).join(t("comma"));
    const table = new Table({
      caption: t("duty.sheet.list"), key: (row) => String(row.row), order: { by: "what", down: true }, empty: t("duty.sheet.nothing"),
      look: (row) => row.what,
      columns: [
        { key: "row", title: t("duty.sheet.row"), number: true },
        { key: "code", title: t("duty.code"), short: true },
        { key: "what", title: t("duty.sheet.what"), choice: true, text: (row) => t(`duty.sheet.is.${row.what}`), value: (row) => ["same", "new", "changed", "refused"].indexOf(row.what) },
        { key: "cells", title: t("duty.sheet.cells"), wide: true, text: (row) => [row.reason, ...row.cells.map((cell) => this.#said(cell, plan))].filter(Boolean).join(t("duty.stop")),
          cell: (row) => [row.reason && h("p", { class: "trouble" }, row.reason), row.cells.length > 0 && changes(row.cells, plan.fields)] },
        { key: "begins", title: t("duty.sheet.begins"), short: true },
      ],
    });
    table.show(plan.rows);
    return [h("p", { class: plan.refused ? "trouble" : null }, t("duty.sheet.read", { n: number(plan.read), counts })),
      plan.refused > 0 && h("p", { class: "trouble" }, t("duty.sheet.mend")),
      plan.ignored.length > 0 && h("p", { class: "hint" }, t("duty.sheet.ignored", { names: plan.ignored.slice(0, 20).join(t("comma")) })),
      plan.rows.length > 0 && table.element];
  }

  #said({ field, was, becomes }, plan) {
    return `${titleOf(plan.fields[field], field)} ${wordedOrNone(was, plan.fields[field])} → ${wordedOrNone(becomes, plan.fields[field])}`;
  }

  async #write() {
    const [file] = this.#file.files ?? [];
    this.#offer(true);
    try {
      const done = await sendSheet(this.#panel.name, file, { from: this.#from.value, plan: this.#plan.plan });
      this.#dialog.close();
      this.#panel.saved.tell(this.#panel.name, t("duty.sheet.done", { n: number(done.new + done.changed), added: number(done.new), changed: number(done.changed), from: done.from }));
    } catch (problem) {
      replace(this.#told, h("p", { class: "trouble" }, sentence(/** @type {any} */ (problem))), button(t("duty.sheet.again"), () => this.#check()));
      this.#plan = null;
      this.#offer();
    }
  }
}
