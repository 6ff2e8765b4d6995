/** Two people changed one feature: what differs, side by side, to choose from. */

import { h } from "../page/dom.js";
import { say, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { alike, readable } from "./edit_columns.js";

const OWN = new Set(["known_from", "known_to", "made_by", "edition_id", "id"]);

/**
 * @typedef {import("./edit_columns.js").Column} Column
 * @typedef {import("./edit_asking.js").Version} Version
 * @typedef {object} Conflict
 * @property {Version} theirs
 * @property {{ column: Column, was: any, theirs: any, mine: any, both: boolean }[]} rows   both: both changed it, and not alike
 * @property {{ both: boolean } | null} shape   where the shape is another; both: both changed it
 * @property {Record<string, "theirs" | "mine" | undefined>} chosen   by column; `geometry` for the shape
 */

/**
 * What somebody else's version and one's own say differently.
 * @param {{ columns: Column[], before: Version, theirs: Version, values: Record<string, any>, geometry: any, shaped: boolean }} told
 * @returns {Conflict}
 */
export function conflictOf({ columns, before, theirs, values, geometry, shaped }) {
  const rows = columns.filter(({ name }) => !OWN.has(name)).map((column) => {
    const [was, other, mine] = [before.properties[column.name], theirs.properties[column.name], values[column.name]];
    return { column, was, theirs: other, mine, both: !alike(was, other) && !alike(was, mine) && !alike(other, mine) };
  }).filter((row) => !alike(row.was, row.theirs) || !alike(row.was, row.mine));
  const reshaped = !alike(before.geometry, theirs.geometry);
  return { theirs, rows, shape: reshaped ? { both: shaped && !alike(geometry, theirs.geometry) } : null, chosen: {} };
}

/** Whether everything that both changed has been chosen. @param {Conflict} conflict */
export const isResolved = ({ rows, shape, chosen }) => rows.every(({ both, column }) => !both || chosen[column.name]) && (!shape?.both || Boolean(chosen.geometry));

/** Which side's value counts. @param {Conflict} conflict @param {Conflict["rows"][number]} row */
export const valueIn = ({ chosen }, row) => (row.both ? (chosen[row.column.name] === "mine" ? row.mine : row.theirs) : alike(row.was, row.mine) ? row.theirs : row.mine);

/**
 * @param {Conflict} conflict
 * @param {{ choose: (name: string, side: "theirs" | "mine") => void, save: () => void, back: () => void, give: () => void }} acts
 */
export function conflictPanel(conflict, { choose, save, back, give }) {
  const { theirs, rows, shape } = conflict;
  const who = theirs.properties.made_by || t("edit.conflict.someone");
  const side = (name, which, words) => h("label", {}, h("input", {
    type: "radio", name: `choose-${name}`, "data-key": `choose-${name}-${which}`, checked: conflict.chosen[name] === which, onchange: () => choose(name, which) }), words);
  const both = (name, their, my) => [h("td", {}, side(name, "theirs", their)), h("td", {}, side(name, "mine", my))];
  const line = (row) => {
    const [was, their, my] = [row.was, row.theirs, row.mine].map((value) => readable(row.column, value));
    return h("tr", {}, h("th", { scope: "row" }, say(row.column.title)), h("td", {}, was), row.both ? both(row.column.name, their, my)
      : [h("td", { class: alike(row.was, row.mine) ? "taken" : null }, their), h("td", { class: alike(row.was, row.mine) ? null : "taken" }, my)]);
  };
  return [
    h("h3", { class: "trouble" }, t("edit.conflict.title")),
    h("p", {}, t("edit.conflict.who", { who, time: minute(theirs.properties.known_from) })),
    h("table", { class: "edit-conflict" }, h("caption", { class: "unseen" }, t("edit.conflict.title")),
      h("thead", {}, h("tr", {}, ["column", "was", "theirs", "mine"].map((head) => h("th", { scope: "col" }, t(`edit.conflict.${head}`))))),
      h("tbody", {}, rows.map(line), shape && h("tr", {}, h("th", { scope: "row" }, t("edit.shape")), h("td", {}, ""),
        shape.both ? both("geometry", t("edit.conflict.theirshape"), t("edit.conflict.myshape")) : [h("td", { class: "taken" }, t("edit.conflict.theirshape")), h("td", {}, "")]))),
    h("p", { class: "hint" }, t("edit.conflict.hint")),
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "main", "data-key": "conflict-save", disabled: !isResolved(conflict), onclick: save }, t("edit.conflict.save")),
      h("button", { type: "button", "data-key": "conflict-back", onclick: back }, t("edit.conflict.back")),
      h("button", { type: "button", class: "quiet", "data-key": "conflict-give", onclick: give }, t("edit.conflict.give"))),
  ];
}
