/**
 * The inputs of a form, made from what the interface says of a body and the database of its columns.
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {HTMLElement} element     the input with its label
 * @property {() => any} value         as the body takes it; null where it is empty
 * @property {(value: any) => void} set
 */

import { h } from "../page/dom.js";
import { say, t } from "../page/text.js";
import { titleOf, worded } from "./values.js";

/** The fields of a register's body by name: their schema, without the choice of being empty. @param {any} described @param {string} register @param {boolean} isNew */
export function schemaOf(described, register, isNew) {
  const operation = isNew ? described.paths[`/${register}`]?.post : described.paths[`/${register}/{code}`]?.put;
  const named = operation?.requestBody?.content?.["application/json"]?.schema?.$ref?.split("/").pop();
  const schema = described.components.schemas[named];
  return Object.fromEntries(Object.entries(schema.properties).map(([name, said]) => {
    const kinds = said.anyOf ?? [said];
    const kind = kinds.find(({ type }) => type !== "null") ?? said;
    return [name, { ...kind, default: said.default, required: (schema.required ?? []).includes(name), nullable: kinds.some(({ type }) => type === "null") }];
  }));
}

/**
 * One field.
 * @param {string} name
 * @param {any} schema
 * @param {import("./values.js").Column | undefined} column
 * @param {{ lists: Record<string, { value: string, words: string }[]>, locked?: boolean }} more   lists: what may be chosen for a field
 * @returns {Field}
 */
export function fieldOf(name, schema, column, { lists, locked = false }) {
  const id = `field-${name}`;
  const chosen = column?.options;
  if (schema.type === "array" && column?.options) return several(name, schema, column);
  const made = schema.type === "boolean" ? checked(id) : chosen ? select(id, schema, chosen)
    : schema.type === "array" ? listed(id, schema) : typed(id, name, schema, lists[name]);
  if (locked) made.input.setAttribute("disabled", "");
  const needed = schema.required || (schema.nullable === false && schema.default === undefined);
  if (needed) made.input.setAttribute("required", "");
  const hint = explained(column);
  if (hint) made.input.setAttribute("aria-describedby", `${id}-hint`);
  const element = h("div", { class: made.wide ? "field wide" : schema.type === "boolean" ? "field truth" : "field" },
    h("label", { for: id }, titleOf(column, name), needed && h("span", { class: "needed", title: t("duty.needed") }, " *")),
    made.input, made.more, hint && h("small", { class: "hint", id: `${id}-hint` }, hint));
  return { name, element, value: made.value, set: made.set };
}

/** What explains a column, after its title. */
function explained(column) {
  const whole = say(column);
  const title = titleOf(column, "");
  return whole.startsWith(title) ? whole.slice(title.length).replace(/^[,:;，：；\s]+/, "").replace(/^[(（](.*)[)）]$/, "$1").trim() : "";
}

function checked(id) {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", id }));
  return { input, value: () => input.checked, set: (value) => { input.checked = Boolean(value); } };
}

function select(id, schema, options) {
  const empty = schema.nullable || schema.required;
  const input = /** @type {HTMLSelectElement} */ (h("select", { id }, empty && h("option", { value: "" }, t("duty.none_chosen")),
    options.map((option) => h("option", { value: option.value }, say(option)))));
  const set = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    if (text && ![...input.options].some((option) => option.value === text)) input.append(h("option", { value: text }, text));
    input.value = text;
  };
  return { input, value: () => input.value || null, set };
}

function typed(id, name, schema, suggestions) {
  const numeric = schema.type === "integer" || schema.type === "number";
  const long = name === "citation" || name === "members";
  const clock = name.startsWith("hours_");
  const kind = numeric ? "number" : schema.format === "date" ? "date" : clock ? "time" : "text";
  const bounds = numeric ? { min: schema.minimum ?? schema.exclusiveMinimum, max: schema.maximum, step: schema.type === "integer" ? 1 : "any" } : { maxlength: schema.maxLength };
  const input = /** @type {HTMLInputElement} */ (long ? h("textarea", { id, rows: 2, maxlength: schema.maxLength })
    : h("input", { id, type: kind, ...bounds, list: suggestions ? `${id}-list` : null, autocomplete: "off" }));
  const more = suggestions && h("datalist", { id: `${id}-list` }, suggestions.map(({ value, words }) => h("option", { value }, words)));
  const value = () => {
    const text = input.value.trim();
    return text === "" ? null : numeric ? Number(text) : text;
  };
  return { input, more, wide: long || name === "name", value, set: (given) => { input.value = given === null || given === undefined ? "" : clock ? String(given).slice(0, 5) : String(given); } };
}

/** Several values in one line, parted as sheets part them. */
function listed(id, schema) {
  const input = /** @type {HTMLInputElement} */ (h("input", { id, type: "text", autocomplete: "off" }));
  const whole = schema.items?.type === "integer";
  const value = () => {
    const parts = input.value.split(/[;；,，、\s]+/).filter(Boolean);
    return parts.length ? parts.map((part) => (whole ? Number(part) : part)) : null;
  };
  return { input, wide: true, value, set: (given) => { input.value = (given ?? []).join(";"); } };
}

/** Several of an enumeration. @returns {Field} */
function several(name, schema, column) {
  const boxes = column.options.map((option) => /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", value: option.value, id: `field-${name}-${option.value}` })));
  const element = h("fieldset", { class: "field several" }, h("legend", {}, titleOf(column, name)),
    boxes.map((box) => h("label", {}, box, worded(box.value, column))));
  const value = () => {
    const chosen = boxes.filter(({ checked: on }) => on).map(({ value: one }) => one);
    return chosen.length ? chosen : null;
  };
  return { name, element, value, set: (given) => boxes.forEach((box) => { box.checked = (given ?? []).includes(box.value); }) };
}
