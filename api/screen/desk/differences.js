/**
 * What differs in a layer between two times. Where what was known then is asked for, the server tells what moved, and how;
 * where only the day differs, and all is as known now, both days are read and held against one another.
 */

import { number, say, t } from "../page/text.js";
import { now_ms } from "../page/time.js";
import { readChanges, readMatching } from "./asking.js";

const LISTED = 50;
const MOST = 5000;
/** What tells of the row and not of the thing. */
const OF_THE_ROW = new Set(["id", "known_from", "edition_id", "made_by", "provenance", "valid_from", "valid_to"]);

/** @typedef {{ day: string, known: string }} Time */

export class Differences {
  /** @type {{ counts: any, changes: any[], more: boolean } | null} */ answer = null;
  /** @type {any} */ problem = null;
  #desk;
  #changed;
  #key = "";

  /** @param {import("./desk.js").Desk} desk @param {() => void} changed */
  constructor(desk, changed) {
    this.#desk = desk;
    this.#changed = changed;
  }

  /** Ask what differs, unless that is known. @param {any} layer @param {Time} own @param {Time} other */
  async ask(layer, own, other) {
    const key = JSON.stringify([layer.id, layer.data_at, own, other.day, other.known, this.#desk.store.state.language]);
    if (key === this.#key) return;
    this.#key = key;
    this.answer = this.problem = null;
    const asked = own.known || other.known ? told(layer.id, own, other) : this.#held(layer.id, own, other);
    const done = await asked.then((answer) => ({ answer, problem: null }), (problem) => ({ answer: null, problem }));
    if (key !== this.#key) return;
    Object.assign(this, done);
    this.#changed();
  }

  async #held(id, own, other) {
    const [older, newer] = (own.day || today()) < other.day ? [own, other] : [other, own];
    const [before, after] = await Promise.all([older, newer].map(({ day }) => readMatching(id, { ...(day && { datetime: day }), limit: MOST })));
    const words = new Map((this.#desk.narrowing.columns(id) ?? []).map((column) => [column.name, column]));
    const was = byCode(before);
    const is = byCode(after);
    const all = [
      ...[...is].filter(([code]) => !was.has(code)).map(([, one]) => told_of(one, "added", "")),
      ...[...was].filter(([code]) => !is.has(code)).map(([, one]) => told_of(one, "removed", "")),
      ...[...is].filter(([code]) => was.has(code)).map(([code, one]) => [one, difference(was.get(code), one, words)]).filter(([, what]) => what)
        .map(([one, what]) => told_of(one, "altered", what)),
    ];
    const count = (change) => all.filter((one) => one.change === change).length;
    return { counts: { added: count("added"), removed: count("removed"), altered: count("altered") }, changes: all.slice(0, LISTED), more: all.length > LISTED || [before, after].some(isCut) };
  }
}

async function told(id, own, other) {
  const [from, to] = [own, other].map(({ known, day }) => known || (day ? `${day}T23:59` : new Date(now_ms()).toISOString())).sort((one, two) => Date.parse(one) - Date.parse(two));
  const { counts, changes, truncated } = await readChanges(id, { from, to, limit: LISTED });
  return {
    counts, more: truncated, changes: changes.map(({ id: row, code, name, change, fields, redrawn, moved_m }) => ({
      id: row, change, name: name || code || String(row),
      what: [...fields.map((field) => t("compare.field", { field: say(field), before: value(field.before_words, field.before), after: value(field.after_words, field.after) })),
        redrawn && change === "altered" && (moved_m === null ? t("compare.redrawn") : t("compare.moved", { n: number(moved_m, 1) }))].filter(Boolean).join(";"),
    })),
  };
}

const today = () => new Date(now_ms()).toISOString().slice(0, 10);
const isCut = ({ links }) => links.some(({ rel }) => rel === "next");
const byCode = ({ features }) => new Map(features.map((one) => [one.properties.code ?? one.id, one]));
const told_of = ({ id, properties }, change, what) => ({ id, change, name: String(properties.name || properties.code || id), what });
const value = (words, plain) => say(words) || (plain === null || plain === undefined || plain === "" ? t("none") : String(plain));

/** What of a feature is another, in words; "" for nothing. */
function difference(was, is, columns) {
  if (was.id === is.id && was.properties.known_from === is.properties.known_from) return "";
  const names = Object.keys(is.properties).filter((name) => !OF_THE_ROW.has(name) && JSON.stringify(was.properties[name]) !== JSON.stringify(is.properties[name]));
  const shown = (name, one) => value(columns.get(name)?.options.find((option) => option.value === String(one))?.label, one);
  const fields = names.map((name) => t("compare.field", { field: columns.get(name)?.title ?? name, before: shown(name, was.properties[name]), after: shown(name, is.properties[name]) }));
  const redrawn = JSON.stringify(was.geometry) !== JSON.stringify(is.geometry) && t("compare.redrawn");
  return [...fields, redrawn].filter(Boolean).join(";");
}
