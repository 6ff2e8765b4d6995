/**
 * A table to read, put in order, narrow and copy from: a native one, a hundred rows at a time.
 *
 *   const table = new Table({ key: (row) => row.code, columns, caption, order: { by: "share", down: false } });
 *   place.append(table.element);
 *   table.show(rows);
 *
 * @typedef {import("./table.rows.js").Column} Column
 * @typedef {object} Options
 * @property {Column[]} columns           the first is the heading of its row
 * @property {(row: any) => string} key   what tells a row from another, however often they are shown anew
 * @property {string} caption             what the table is of, in the reader's language
 * @property {string} [empty]             what is said where there is no row at all
 * @property {import("./table.rows.js").Order} [order]
 * @property {string} [typed]             what is typed into the search box from the start
 * @property {(row: any) => import("./dom.js").Child | import("./dom.js").Child[]} [more]   what a row opens to
 * @property {(row: any) => import("./dom.js").Child | import("./dom.js").Child[]} [actions]  buttons at its end
 * @property {(row: any) => string} [look]   a class of its row
 * @property {(state: { order: import("./table.rows.js").Order, typed: string }) => void} [onchange]
 */

import { h, replace } from "./dom.js";
import { choices, narrowed, ordered, textOf } from "./table.rows.js";
import { number, say, t } from "./text.js";

export const PAGE_ROWS = 100;
let made = 0;

export class Table {
  /** @type {Options} */ #options;
  /** @type {any[]} */ #rows = [];
  #waiting = true;
  /** @type {string[][] | null} */ #texts = null;
  /** @type {any[] | null} */ #kept = null;
  #order;
  #typed = "";
  /** @type {Map<string, string>} */ #chosen = new Map();
  /** @type {Set<string>} */ #open = new Set();
  #first = 0;
  #id = `table-${(made += 1)}`;
  #input = this.#search();
  #tools = h("div", { class: "table-tools" });
  #count = h("p", { class: "count", role: "status" });
  #scroll = h("div", { class: "table-scroll", tabindex: 0, role: "region" });
  #pages = h("nav", { class: "table-pages" });

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.#order = options.order ?? { by: "", down: false };
    this.#typed = options.typed ?? "";
    this.#input.value = this.#typed;
    this.element = h("div", { class: "table" }, this.#tools, this.#scroll, this.#pages);
    this.render();
  }

  /** What is put in order by what, and what was typed. */
  get state() {
    return { order: this.#order, typed: this.#typed };
  }

  /** Search for this, as if it were typed. @param {string} typed */
  type(typed) {
    if (typed === this.#typed) return;
    this.#typed = this.#input.value = typed;
    this.#kept = null;
    this.#first = 0;
    this.#draw();
  }

  /** The rows as they are narrowed and put in order now. @returns {any[]} */
  get shown() {
    return this.#found();
  }

  /** Show these rows; what was typed, chosen, opened and put in order stays. @param {any[]} rows */
  show(rows) {
    this.#rows = rows;
    this.#waiting = false;
    this.#texts = this.#kept = null;
    this.render();
  }

  /** Show no row, for those to come are not there yet: that is not the same as that there is none. */
  wait() {
    this.show([]);
    this.#waiting = true;
    this.render();
  }

  /** Change what the table is told, such as its columns in another language. @param {Partial<Options>} options */
  tell(options) {
    this.#options = { ...this.#options, ...options };
    this.#texts = this.#kept = null;
    this.render();
  }

  /** Open a row, bring it into view and put the focus there. @param {string} key */
  reveal(key) {
    const place = this.#found().findIndex((row) => this.#options.key(row) === key);
    if (place < 0) return false;
    this.#first = place - (place % PAGE_ROWS);
    if (this.#options.more) this.#open.add(key);
    this.#draw();
    const row = [...this.#scroll.querySelectorAll("tr[data-row]")].find((one) => /** @type {HTMLElement} */ (one).dataset.row === key);
    row?.scrollIntoView({ block: "nearest" });
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector("button"))?.focus({ preventScroll: true });
    return true;
  }

  render() {
    this.#input.placeholder = t("table.search");
    this.#input.setAttribute("aria-label", t("table.search"));
    replace(this.#tools, this.#input, ...this.#selects(), this.#count);
    this.#draw();
  }

  #draw() {
    const found = this.#found();
    if (this.#first >= found.length) this.#first = Math.max(0, Math.floor((found.length - 1) / PAGE_ROWS) * PAGE_ROWS);
    const some = found.slice(this.#first, this.#first + PAGE_ROWS);
    this.#scroll.setAttribute("aria-label", this.#options.caption);
    replace(this.#scroll, this.#table(some, found.length));
    this.#count.textContent = this.#waiting ? "" : found.length === this.#rows.length ? t("table.rows", { n: number(found.length) })
      : t("table.some", { n: number(found.length), all: number(this.#rows.length) });
    replace(this.#pages, ...this.#pager(found.length));
  }

  #table(some, count) {
    const { columns, caption, actions } = this.#options;
    const width = columns.length + (actions ? 1 : 0);
    return h("table", { "aria-rowcount": count + 1 }, h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", { "aria-rowindex": 1 }, columns.map((column) => this.#heading(column)),
        actions && h("th", { scope: "col", class: "table-actions" }, h("span", { class: "unseen" }, t("table.actions"))))),
      h("tbody", {}, some.length ? some.map((row, place) => this.#row(row, this.#first + place, width)) : this.#nothing(width)));
  }

  #nothing(width) {
    const words = this.#waiting ? t("table.waiting") : this.#rows.length ? t("table.nothing") : this.#options.empty ?? t("table.empty");
    return h("tr", {}, h("td", { colspan: width, class: "table-empty" }, words));
  }

  #heading(column) {
    const mine = this.#order.by === column.key;
    const way = mine ? (this.#order.down ? "descending" : "ascending") : "none";
    const mark = mine ? (this.#order.down ? "▼" : "▲") : "";
    return h("th", { scope: "col", "aria-sort": way, class: column.number && "number" },
      h("button", { type: "button", class: "quiet", "data-key": `${this.#id}-${column.key}`, onclick: () => this.#sort(column.key) },
        say(column.title) || column.key, mark && h("span", { class: "table-way", "aria-hidden": "true" }, mark)));
  }

  #row(row, place, width) {
    const { columns, key, more, actions, look } = this.#options;
    const name = key(row);
    const open = more && this.#open.has(name);
    const cells = columns.map((column, number_) => this.#cell(column, row, number_ === 0 && more ? name : "", open));
    const line = h("tr", { "data-row": name, "aria-rowindex": place + 2, class: look?.(row) }, cells,
      actions && h("td", { class: "table-actions" }, actions(row)));
    return open ? [line, h("tr", { class: "table-more", id: this.#moreId(name) }, h("td", { colspan: width }, more(row)))] : line;
  }

  #cell(column, row, opens, open) {
    const content = column.cell ? column.cell(row) : textOf(column, row);
    const look = [column.number && "number", column.wide && "wide", column.short && "short"].filter(Boolean).join(" ") || null;
    if (column !== this.#options.columns[0]) return h("td", { class: look }, content);
    return h("th", { scope: "row", class: look }, opens ? h("button", {
      type: "button", class: "table-open quiet", "aria-expanded": String(Boolean(open)), "aria-controls": open ? this.#moreId(opens) : null,
      "data-key": `${this.#id}-open-${opens}`, onclick: () => this.#toggle(opens),
    }, content) : content);
  }

  #moreId(name) {
    return `${this.#id}-more-${name}`.replace(/[^\w-]/g, (sign) => `_${sign.codePointAt(0)}`);
  }

  #toggle(name) {
    if (!this.#open.delete(name)) this.#open.add(name);
    this.#draw();
  }

  #sort(by) {
    const down = this.#order.by === by ? !this.#order.down : false;
    this.#order = { by, down };
    this.#first = 0;
    this.#changed();
  }

  #changed() {
    this.#kept = null;
    this.#draw();
    this.#options.onchange?.(this.state);
  }

  /** Made once, so that one who types goes on typing while rows come anew. */
  #search() {
    const input = /** @type {HTMLInputElement} */ (h("input", { type: "search", autocomplete: "off", spellcheck: "false", oninput: () => {
      this.#typed = input.value;
      this.#first = 0;
      this.#changed();
    } }));
    return input;
  }

  /** A choice for each column that has one, where there is something to choose between. */
  #selects() {
    return this.#options.columns.map((column, place) => {
      if (!column.choice) return null;
      const listed = choices(this.#all(), place);
      const chosen = this.#chosen.get(column.key);
      if (listed.length < 2 && chosen === undefined) return null;
      const select = h("select", { "data-key": `${this.#id}-choice-${column.key}`, "aria-label": say(column.title), onchange: () => {
        const { value, selectedIndex } = /** @type {HTMLSelectElement} */ (select);
        if (selectedIndex === 0) this.#chosen.delete(column.key);
        else this.#chosen.set(column.key, value);
        this.#first = 0;
        this.#changed();
      } }, h("option", { value: "" }, t("table.any", { column: say(column.title) })),
      listed.map(([text, count]) => h("option", { value: text, selected: text === chosen }, `${text || t("none")} (${number(count)})`)));
      return select;
    });
  }

  #pager(count) {
    if (count <= PAGE_ROWS) return [];
    const last = Math.floor((count - 1) / PAGE_ROWS) * PAGE_ROWS;
    const step = (key, to) => h("button", { type: "button", "data-key": `${this.#id}-${key}`, disabled: to < 0 || to > last || to === this.#first, onclick: () => {
      this.#first = to;
      this.#draw();
      this.#scroll.scrollTop = 0;
    } }, t(`table.${key}`));
    return [step("first", 0), step("before", this.#first - PAGE_ROWS),
      h("span", { class: "count" }, t("table.page", { from: number(this.#first + 1), to: number(Math.min(count, this.#first + PAGE_ROWS)), all: number(count) })),
      step("after", this.#first + PAGE_ROWS), step("last", last)];
  }

  #all() {
    this.#texts ??= this.#rows.map((row) => this.#options.columns.map((column) => textOf(column, row)));
    return this.#texts;
  }

  /** Worked out once for what is typed, chosen and put in order. */
  #found() {
    this.#kept ??= this.#find();
    return this.#kept;
  }

  #find() {
    const { columns } = this.#options;
    const chosen = new Map();
    columns.forEach(({ key }, place) => this.#chosen.has(key) && chosen.set(place, this.#chosen.get(key)));
    const rows = narrowed(this.#all(), this.#typed, chosen).map((place) => this.#rows[place]);
    return ordered(rows, columns.find(({ key }) => key === this.#order.by), this.#order.down);
  }
}
