/** All of one row of a register, and every change that was ever saved of it. */

import { h, replace } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { readSaves } from "./asking.js";
import { openForm } from "./form.js";
import { mayWrite } from "./rights.js";
import { titleOf, titled, worded, wordedOrNone } from "./values.js";

const UNTOLD = new Set(["version", "known_from", "made_by", "provenance", "code", "name"]);

/** @param {import("./register.js").RegisterPanel} panel @param {any} row */
export function detail(panel, row) {
  const saves = h("div", { class: "saves", "aria-live": "polite" }, h("button", { type: "button", "data-key": `saves-${row.code}`, onclick: () => show(panel, row.code, saves) }, t("duty.saves")));
  return h("div", { class: "detail" }, facts(panel, row), saves);
}

function facts({ columns }, row) {
  const told = Object.keys(columns).filter((name) => !UNTOLD.has(name) && worded(row[name], columns[name]) !== "");
  return h("dl", { class: "facts" }, told.map((name) => h("div", {}, h("dt", {}, titleOf(columns[name], name)), h("dd", {}, worded(row[name], columns[name])))));
}

async function show(panel, code, place) {
  replace(place, h("p", { class: "hint" }, t("loading")));
  try {
    const { versions, columns: told } = await readSaves(panel.name, code);
    const columns = titled(told);
    replace(place, h("h2", {}, t("duty.saves")), h("ol", {}, versions.map((save) => saveItem(panel, code, save, columns))));
  } catch (problem) {
    replace(place, h("p", { class: "trouble" }, sentence(/** @type {any} */ (problem))));
  }
}

function saveItem(panel, code, save, columns) {
  const { state } = save;
  const who = save.made_by ? t("duty.saves.by", { who: save.made_by }) : "";
  return h("li", { class: `save ${state}` },
    h("p", {}, h("strong", {}, minute(save.saved)), ` ${who}`, " ", t(`duty.saves.${save.how}`), save.edition ? t("duty.saves.edition", { name: save.edition }) : "",
      h("span", { class: "hint" }, ` ${span(save)} ${t(`duty.saves.${state}`)}`)),
    save.how === "new" ? h("p", { class: "hint" }, t("duty.saves.fields", { n: number(save.changes.length) })) : changes(save.changes, columns),
    mayWrite(panel.page) && state !== "today" && save.how !== "corrected" && h("button", { type: "button", class: "quiet",
      onclick: () => openForm(panel, { code, fields: save.fields }) }, t("duty.saves.restore")));
}

const span = (save) => (save.valid_to ? t("duty.saves.span", { from: save.valid_from, to: save.valid_to }) : t("duty.saves.since", { from: save.valid_from }));

/** What changed, from what to what. @param {{ field: string, was: any, becomes: any }[]} cells @param {Record<string, any>} columns */
export function changes(cells, columns) {
  if (!cells.length) return h("p", { class: "hint" }, t("duty.saves.nothing"));
  return h("ul", { class: "changes" }, cells.map(({ field, was, becomes }) => h("li", {}, h("span", { class: "field-name" }, titleOf(columns[field], field)), " ",
    h("del", {}, wordedOrNone(was, columns[field])), " → ", h("ins", {}, wordedOrNone(becomes, columns[field])))));
}
