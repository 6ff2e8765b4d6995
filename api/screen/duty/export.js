/** A week, or any period, to hand in: what posts did, the patrols, the observations, each as a file. */

import { h, replace } from "../page/dom.js";
import { sentence, t } from "../page/text.js";
import { day, now_ms } from "../page/time.js";
import { readMonthFile, readObservationFile, readPatrolFile } from "./asking.js";
import { Dialog, button } from "./dialog.js";
import { saveFile } from "./file.js";
import { maySeePatrols } from "./rights.js";

const DAY_MS = 86_400_000;
const FORMATS = ["xlsx", "csv"];

/** @typedef {{ from: string, last: string }} Period   days, both within */

/** @param {import("../page/page.js").Page} page */
export const openExport = (page) => new Export(page).open();

class Export {
  #page;
  #dialog = new Dialog(t("duty.export.title"));
  #said = h("p", { class: "hint", role: "status" });
  /** @type {Period} */ #period = weekOf(-1);

  constructor(page) {
    this.#page = page;
  }

  open() {
    this.#render();
    this.#dialog.offer(button(t("close"), () => this.#dialog.close()));
    this.#dialog.focus();
  }

  #choose(period) {
    this.#period = period;
    this.#said.textContent = "";
    this.#render();
  }

  #render() {
    const { from, last } = this.#period;
    const whole = day(from) !== "" && day(last) !== "" && from <= last;
    const chosen = (period) => String(period.from === from && period.last === last);
    const dated = (key, value, words) => h("label", {}, words, " ", h("input", { type: "date", "data-key": `export-${key}`, value,
      onchange: ({ target }) => this.#choose({ ...this.#period, [key]: target.value }) }));
    this.#dialog.show(
      h("div", { class: "duty-tools", role: "group", "aria-label": t("duty.export.period") }, Object.entries(offered()).map(([key, period]) => (
        h("button", { type: "button", "data-key": `export-${key}`, "aria-pressed": chosen(period), onclick: () => this.#choose(period) }, t(`duty.export.${key}`))))),
      h("div", { class: "duty-tools" }, dated("from", from, t("duty.export.from")), dated("last", last, t("duty.export.last"))),
      whole ? h("p", { class: "hint" }, t(last >= day(now_ms()) ? "duty.export.open" : "duty.export.days", { n: daysOf(this.#period) }))
        : h("p", { class: "trouble", role: "alert" }, t("duty.export.wrong")),
      h("table", { class: "exports" }, h("caption", { class: "unseen" }, t("duty.export.title")), h("tbody", {}, this.#files().map((file) => this.#row(file, whole)))),
      this.#said);
  }

  #files() {
    const { from, last } = this.#period;
    const term = { from, to: next(last) };
    return [
      { key: "performance", read: (format) => readMonthFile(`${term.from}..${term.to}`, format) },
      maySeePatrols(this.#page) && { key: "patrols", read: (format) => readPatrolFile(term, format) },
      { key: "observations", read: (format) => readObservationFile(term, format) },
    ].filter(Boolean);
  }

  #row({ key, read }, whole) {
    const words = t(`duty.export.${key}`);
    return h("tr", {}, h("th", { scope: "row" }, h("strong", {}, words), h("small", { class: "hint" }, t(`duty.export.${key}.more`))),
      h("td", {}, FORMATS.map((format) => h("button", { type: "button", "data-key": `${key}-${format}`, disabled: !whole, "aria-label": `${words} ${format.toUpperCase()}`,
        onclick: () => this.#save(words, () => read(format), format) }, format.toUpperCase()))));
  }

  async #save(words, asked, format) {
    const name = `${words}-${this.#period.from}_${this.#period.last}.${format}`;
    replace(this.#said, t("duty.export.making", { name }));
    const problem = await saveFile(asked, name).then(() => null, (error) => error);
    this.#said.className = problem ? "trouble" : "hint";
    replace(this.#said, problem ? `${t("duty.file.failed")}:${sentence(problem)}` : t("duty.file.saved", { name }));
  }
}

const at = (one) => Date.parse(`${one}T00:00Z`);
const next = (one, days = 1) => new Date(at(one) + days * DAY_MS).toISOString().slice(0, 10);
const daysOf = ({ from, last }) => Math.round((at(last) - at(from)) / DAY_MS) + 1;

/** A whole week, Monday to Sunday, so many from this one. @param {number} by @returns {Period} */
function weekOf(by) {
  const today = day(now_ms());
  const monday = next(today, by * 7 - ((new Date(at(today)).getUTCDay() + 6) % 7));
  return { from: monday, last: next(monday, 6) };
}

/** A whole month, so many from this one. @param {number} by @returns {Period} */
function monthOf(by) {
  const [year, month] = day(now_ms()).split("-").map(Number);
  const first = (months) => new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
  return { from: first(by), last: next(first(by + 1), -1) };
}

const offered = () => ({ last_week: weekOf(-1), this_week: weekOf(0), last_month: monthOf(-1), this_month: monthOf(0) });
