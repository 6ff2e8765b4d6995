/**
 * The fields of a feature: one for each column with its words, those that the platform fills in to read only.
 *
 * @typedef {import("./edit_columns.js").Column} Column
 * @typedef {object} Filled
 * @property {Column[]} columns
 * @property {Record<string, any>} values     as JSON says them
 * @property {Record<string, any>} before     as they stood; {} of a new feature
 * @property {Record<string, string>} faults  a sentence for a column
 */

import { h } from "../page/dom.js";
import { say, t } from "../page/text.js";
import { alike, readable, typedOf, valueOf } from "./edit_columns.js";

/**
 * @param {Filled} filled
 * @param {(column: Column, value: any, typed: string) => void} put   undefined: what was typed cannot be
 */
export function fieldsOf(filled, put) {
  const { columns, faults, before } = filled;
  const isNew = Object.keys(before).length === 0;
  const plain = columns.filter(({ aside, fixed }) => !aside && !fixed);
  const aside = columns.filter(({ aside: folded, fixed }) => folded && !fixed);
  const fixed = columns.filter((column) => column.fixed && !isNew);
  return [
    ...plain.map((column) => field(filled, column, put)),
    (aside.length > 0 || fixed.length > 0) && h("details", { class: "version", open: aside.some(({ name }) => faults[name]) },
      h("summary", { "data-key": "edit-aside" }, t("edit.aside")),
      aside.map((column) => field(filled, column, put)),
      fixed.length > 0 && h("dl", { class: "edit-fixed", "aria-label": t("edit.fixed") },
        fixed.flatMap((column) => [h("dt", {}, say(column.title)), h("dd", {}, readable(column, before[column.name]))]))),
  ];
}

/** Bring the first field at fault into view. @param {HTMLElement} panel */
export function focusFault(panel) {
  const found = /** @type {HTMLElement | null} */ (panel.querySelector("[aria-invalid=true]"));
  found?.closest("details")?.setAttribute("open", "");
  found?.focus();
}

function field({ values, before, faults }, column, put) {
  const id = `edit-${column.name}`;
  const fault = faults[column.name];
  const changed = Object.keys(before).length > 0 && !alike(values[column.name], before[column.name]);
  const mark = h("span", { class: "edit-was", hidden: !changed }, t("edit.was", { value: readable(column, before[column.name]) }));
  const trouble = h("span", { class: "trouble", id: `${id}-fault`, role: "alert" }, fault ?? "");
  const input = inputOf(column, values[column.name], {
    id, "data-key": id, "aria-describedby": `${id}-fault`, "aria-invalid": fault ? "true" : null, "aria-required": column.required ? "true" : null,
  }, (typed) => {
    const value = valueOf(column, typed);
    trouble.textContent = value === undefined ? t("edit.notnumber") : "";
    input.toggleAttribute("aria-invalid", false);
    if (value === undefined) input.setAttribute("aria-invalid", "true");
    mark.hidden = Object.keys(before).length === 0 || alike(value, before[column.name]);
    put(column, value, typed);
  });
  return h("div", { class: "edit-field" },
    h("label", { for: id }, say(column.title), column.required && h("span", { class: "edit-required" }, t("edit.required"))),
    input, mark, trouble);
}

function inputOf(column, value, attributes, typed) {
  const heard = { oninput: (event) => typed(event.target.value) };
  const text = typeof value === "object" && value?.typed !== undefined ? value.typed : typedOf(column, value);
  if (column.kind === "choice") return select(column.options.map((one) => [one.value, say(one.title)]), text, attributes, heard);
  if (column.kind === "yes") return select([["true", t("yes")], ["false", t("no")]], text, attributes, heard);
  if (column.kind === "list" || text.length > 40) return h("textarea", { rows: 3, ...attributes, ...heard }, text);
  const type = { date: "date", time: "datetime-local" }[column.kind] ?? "text";
  const mode = { number: "decimal", integer: "numeric" }[column.kind] ?? null;
  return h("input", { type, inputmode: mode, value: text, autocomplete: "off", ...attributes, ...heard });
}

function select(options, chosen, attributes, heard) {
  const known = options.some(([value]) => value === chosen);
  return h("select", { ...attributes, ...heard }, h("option", { value: "", selected: chosen === "" }, t("none")),
    !known && chosen && h("option", { value: chosen, selected: true }, chosen),
    options.map(([value, title]) => h("option", { value, selected: value === chosen }, title)));
}
