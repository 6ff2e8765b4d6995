/** A register as a table: posts, crews, devices or duties, read by all who may and changed by those who may. */

import { byId, h, replace } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { Table } from "../page/table.js";
import { ago, mark, minute, now_ms, since_ms } from "../page/time.js";
import { readRegister, readSheet } from "./asking.js";
import { columnsOf } from "./columns.js";
import { detail } from "./detail.js";
import { offerFile } from "./file.js";
import { openForm } from "./form.js";
import { maySeeDevices, mayWrite } from "./rights.js";
import { openSheet } from "./sheet.js";
import { openTokens } from "./tokens.js";
import { titled } from "./values.js";

const OLD_MS = 60_000;

export class RegisterPanel {
  page;
  name;
  saved;
  /** @type {any[]} */ rows = [];
  /** @type {Record<string, import("./values.js").Column>} */ columns = {};
  /** @type {Map<string, string>} names of what rows refer to, by code */ names = new Map();
  /** @type {any} */ #problem = null;
  /** @type {any} */ #read = null;
  #read_ms = 0;
  #asking = false;
  /** @type {() => void} */ #first = () => {};
  ready = new Promise((done) => { this.#first = () => done(true); });
  #head = h("div", { class: "duty-tools" });
  #note = h("p", { class: "hint duty-note" });
  #trouble = h("p", { class: "trouble", role: "alert", hidden: true });

  /** @param {import("../page/page.js").Page} page @param {string} name @param {import("./saved.js").Saved} saved */
  constructor(page, name, saved) {
    this.page = page;
    this.name = name;
    this.saved = saved;
    const { tab, find } = page.store.state;
    this.table = new Table({ ...this.#words(), key: (row) => row.code, typed: tab === name ? find : "", order: { by: "code", down: false },
      more: (row) => detail(this, row), onchange: ({ typed }) => page.store.set({ find: typed }, { step: false }) });
    replace(byId(`duty-${name}`), this.#head, this.#trouble, this.#note, this.table.element);
    page.store.watch(["tab"], ({ tab: now }) => now === name && this.opened());
  }

  /** The tab was opened: what is searched for is the address's; what is old is read again. */
  opened() {
    this.table.type(this.page.store.state.find);
    if (!this.#read || since_ms(this.#read) > OLD_MS) this.load();
  }

  arrived({ other }) {
    if (this.page.store.state.tab === this.name && (other || !this.#read || since_ms(this.#read) > OLD_MS)) this.load();
    else if (other) this.#read = null;
  }

  spoken() {
    this.table.tell(this.#words());
  }

  render() {
    this.#drawHead();
    this.#drawNote();
  }

  async load() {
    if (this.#asking || !this.page.watch.catalogue || (this.name === "devices" && !maySeeDevices(this.page))) return;
    this.#asking = true;
    try {
      const [told, names] = await Promise.all([readRegister(this.name), namesOf(this.name)]);
      this.rows = told[this.name];
      this.columns = titled(told.columns);
      this.names = names;
      this.#problem = null;
      this.#read = mark();
      this.#read_ms = now_ms();
      this.table.tell({ ...this.#words(), actions: mayWrite(this.page) ? (row) => this.#actions(row) : undefined });
      this.table.show(this.rows);
    } catch (problem) {
      this.#problem = problem;
    } finally {
      this.#asking = false;
    }
    this.render();
    this.#first();
    const { open, tab } = this.page.store.state;
    if (open && tab === this.name) this.table.reveal(open);
  }

  #actions(row) {
    const button = (key, words, onclick) => h("button", { type: "button", class: "quiet", "data-key": `${key}-${row.code}`, "aria-label": `${t(words)} ${row.name || row.code}`, onclick }, t(words));
    return [button("edit", "duty.edit", () => openForm(this, { code: row.code })),
      this.name === "crews" && button("tokens", "duty.tokens", () => openTokens(this, row))];
  }

  #drawHead() {
    const write = mayWrite(this.page);
    replace(this.#head,
      write && this.name !== "devices" && h("button", { type: "button", class: "main", "data-key": "add", onclick: () => openForm(this, { code: null }) }, t("duty.add")),
      write && this.name === "devices" && h("span", { class: "hint" }, t("duty.devices.add")),
      h("span", { class: "duty-push" }),
      h("button", { type: "button", "data-key": "print", onclick: () => window.print() }, t("duty.print")),
      h("button", { type: "button", "data-key": "xlsx", disabled: !this.#read, onclick: () => this.#file("xlsx") }, t("duty.xlsx")),
      h("button", { type: "button", "data-key": "csv", disabled: !this.#read, onclick: () => this.#file("csv") }, t("duty.csv")),
      write && h("button", { type: "button", "data-key": "sheet", onclick: () => openSheet(this) }, t("duty.sheet")));
  }

  #drawNote() {
    this.#trouble.hidden = !this.#problem;
    if (this.#problem) {
      replace(this.#trouble, sentence(this.#problem), " ", h("button", { type: "button", "data-key": "retry", onclick: () => this.load() }, t("retry")));
    }
    replace(this.#note, this.#read ? t("duty.read", { time: minute(this.#read_ms), age: ago(since_ms(this.#read)) }) : this.#problem || !this.page.watch.catalogue ? "" : t("loading"));
  }

  async #file(format) {
    await offerFile(this.page, () => readSheet(this.name, format), `${t(`duty.tab.${this.name}`)}-${minute(this.#read_ms).slice(0, 10)}.${format}`);
  }

  #words() {
    return { caption: t(`duty.tab.${this.name}`), empty: t(this.#read ? "duty.empty" : "loading"), columns: columnsOf(this.name, this.columns, this.names) };
  }
}

/** What the posts or crews that rows refer to are called, by code. @param {string} register @returns {Promise<Map<string, string>>} */
async function namesOf(register) {
  const other = { duties: "posts", crews: "posts", devices: "crews" }[register];
  if (!other) return new Map();
  const told = await readRegister(other).catch(() => ({ [other]: [] }));
  return new Map(told[other].filter(({ name }) => name).map(({ code, name }) => [code, name]));
}
