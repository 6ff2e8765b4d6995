/** The observations as a table: what wants doing first on top, one to choose, several to hand over at once. */

import { byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";
import { ago, minute, now_ms } from "../page/time.js";
import { Table } from "../page/table.js";
import { isLate } from "./findings.js";
import { called, dueWords } from "./words.js";

/** @typedef {import("./asking.js").Finding} Finding */

export class Listing {
  #findings;
  #acts;
  #table;
  #shown = "";
  #revealed = "";

  /** @param {import("./findings.js").Findings} findings @param {import("./acts.js").Acts} acts */
  constructor(findings, acts) {
    this.#findings = findings;
    this.#acts = acts;
    this.#table = new Table({ key: (row) => row.code, columns: this.#columns(), caption: t("list.label"), empty: t("loading"), look: (row) => this.#look(row) });
    replace(byId("rows"), this.#table.element);
    findings.store.watch(["see"], ({ see }) => { this.#revealed = see ? this.#revealed : ""; });
  }

  render() {
    const { rows, fresh, store, came } = this.#findings;
    const told = JSON.stringify([Boolean(came), rows.map(({ code, version }) => [code, version]), [...fresh], [...this.#acts.picked], store.state.see, store.state.language,
      this.#findings.mayWrite, this.#findings.tells("place"), this.#findings.families.length, this.#findings.posts.length, Math.floor(now_ms() / 60_000)]);
    if (told !== this.#shown) {
      this.#table.tell({ columns: this.#columns(), caption: t("list.label"), empty: t(came ? "list.none" : "loading") });
      this.#table.show(rows);
      this.#shown = told;
    }
    const { see } = store.state;
    if (see && see !== this.#revealed && rows.some(({ code }) => code === see)) {
      const kept = document.activeElement;
      this.#revealed = see;
      this.#table.reveal(see);
      // Whoever chose it elsewhere goes on there.
      if (kept instanceof HTMLElement && kept !== document.body && !byId("rows").contains(kept)) kept.focus({ preventScroll: true });
    }
  }

  #look(row) {
    return [row.code === this.#findings.store.state.see && "chosen", isLate(row) && "late", row.state === "settled" && "settled"].filter(Boolean).join(" ");
  }

  #columns() {
    const findings = this.#findings;
    const title = (column) => findings.titleOf(column);
    return [
      { key: "kind", title: title("kind"), text: (row) => called(findings, row), cell: (row) => this.#first(row) },
      { key: "grade", title: title("grade"), text: (row) => findings.wordOf("grade", row.grade), value: (row) => ({ urgent: 0, major: 1, general: 2 })[row.grade] },
      { key: "state", title: title("state"), text: (row) => [findings.wordOf("state", row.state), dueWords(row)].filter(Boolean).join(" · "), value: (row) => ({ open: 0, handed: 1, settled: 2 })[row.state], cell: (row) => this.#state(row) },
      { key: "found_at", title: title("found_at"), text: (row) => minute(row.found_at), value: (row) => Date.parse(row.found_at), cell: (row) => h("time", { title: minute(row.found_at) }, minute(row.found_at), h("small", { class: "hint" }, ` ${ago(now_ms() - Date.parse(row.found_at))}`)) },
      { key: "post_code", title: t("filter.post"), text: (row) => findings.postOf(row.post_code) },
      { key: "due_at", title: title("due_at"), text: (row) => (row.due_at ? minute(row.due_at) : ""), value: (row) => (row.due_at ? Date.parse(row.due_at) : null) },
      // Words of persons: not for all.
      ...(findings.tells("place") ? [{ key: "place", title: title("place"), text: (row) => row.place ?? "" }] : []),
    ];
  }

  #first(row) {
    const { mayWrite, fresh } = this.#findings;
    const name = called(this.#findings, row);
    return h("span", { class: "first" },
      mayWrite && h("input", { type: "checkbox", "data-key": `pick-${row.code}`, "aria-label": t("list.pick", { name: `${name} ${row.code}` }), disabled: row.state === "settled",
        checked: this.#acts.picked.has(row.code), onchange: (event) => this.#acts.pick(row.code, event.target.checked) }),
      h("button", { type: "button", class: "item", "data-key": `see-${row.code}`, "aria-pressed": String(row.code === this.#findings.store.state.see), title: row.code, onclick: () => this.#findings.choose(row.code) }, name),
      fresh.has(row.code) && h("mark", { class: "fresh" }, t("list.fresh")),
      row.photos > 0 && h("small", { class: "hint" }, t("list.photos", { n: row.photos })));
  }

  #state(row) {
    const due = dueWords(row);
    return h("span", {}, this.#findings.wordOf("state", row.state), due && h("small", { class: isLate(row) ? "late-words" : "hint" }, ` ${due}`));
  }
}
