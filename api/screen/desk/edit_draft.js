/**
 * What is being filled in for a feature, compared with how it stood.
 *
 * @typedef {import("./edit_asking.js").Version} Version
 * @typedef {import("./edit_columns.js").Column} Column
 * @typedef {object} Draft
 * @property {import("../page/api.js").Layer} layer
 * @property {Version | null} before        null for a new feature
 * @property {Column[]} columns
 * @property {Record<string, any>} values
 * @property {Set<string>} wrong            columns in which what was typed cannot be
 * @property {any} problem                  why it was not saved
 * @property {Record<string, string>} faults
 * @property {import("./edit_conflict.js").Conflict | null} conflict
 * @property {boolean} busy
 * @property {string[]} notes               what the server said of a trial
 */

import { t } from "../page/text.js";
import { alike } from "./edit_columns.js";

/** What a new feature can do without: the server makes one of its shape. */
const CODE = "code";

/** What a feature is called. @param {Version} version */
export const nameOf = ({ properties, id }) => String(properties.name || properties.code || id);

/** What of the fields is another than it was. @param {Draft} draft @returns {Record<string, any>} */
export function changesOf({ before, columns, values }) {
  const stood = before?.properties ?? {};
  return Object.fromEntries(columns.filter(({ fixed, name }) => !fixed && !alike(values[name], stood[name])).map(({ name }) => [name, values[name] ?? null]));
}

/** What is lacking or cannot be, by column, before the server is asked. @param {Draft} draft @returns {Record<string, string>} */
export function faultsOf({ wrong, columns, values }) {
  const lacking = columns.filter(({ required, fixed, name }) => required && !fixed && name !== CODE && (values[name] ?? null) === null);
  return Object.fromEntries([...[...wrong].map((name) => [name, t("edit.notnumber")]), ...lacking.map(({ name }) => [name, t("edit.missing")])]);
}

/**
 * What was just written, as a step to take back; null where nothing was.
 * @param {Draft} draft
 * @param {Version} version   what it came to
 * @param {import("./edit_steps.js").Place} place
 * @param {boolean} reshaped
 * @returns {import("./edit_steps.js").Step | null}
 */
export function stepOf(draft, version, place, reshaped) {
  const name = nameOf(version);
  if (!draft.before) return { kind: "create", place, name, before: { properties: {} }, after: wholeOf(draft, version) };
  const names = Object.keys(changesOf(draft));
  if (names.length === 0 && !reshaped) return null;
  const of = (one) => ({ properties: Object.fromEntries(names.map((column) => [column, one.properties[column] ?? null])), ...(reshaped ? { geometry: one.geometry } : {}) });
  return { kind: "change", place, name, before: of(draft.before), after: of(version) };
}

/** That a feature was ended, as a step. @param {Draft} draft @param {import("./edit_steps.js").Place} place @returns {import("./edit_steps.js").Step} */
export function endOf(draft, place) {
  const before = /** @type {Version} */ (draft.before);
  return { kind: "end", place, name: nameOf(before), before: wholeOf(draft, before), after: { properties: {} } };
}

/** All that one may say of a feature: what the platform fills in is not given back to it. */
function wholeOf({ columns }, { properties, geometry }) {
  return { properties: Object.fromEntries(columns.filter(({ fixed }) => !fixed).map(({ name }) => [name, properties[name] ?? null])), geometry };
}
