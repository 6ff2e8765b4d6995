/** What became of an observation, version by version: who changed what when. */

import { h } from "../page/dom.js";
import { t } from "../page/text.js";
import { minute } from "../page/time.js";

const TOLD = ["state", "post_code", "due_at", "settled_at", "settled_by", "family", "kind", "grade", "source", "name", "place", "note", "found_at"];
const TIMES = new Set(["due_at", "settled_at", "found_at"]);

/** @param {import("./findings.js").Findings} findings @param {any[]} versions the oldest first */
export function historyOf(findings, versions) {
  const lines = versions.map((version, place) => ({ version, changes: changesOf(findings, versions[place - 1], version) }));
  return h("details", { class: "version", open: true }, h("summary", { "data-key": "history" }, t("history.title", { n: versions.length })),
    h("ol", { class: "history" }, lines.reverse().map(({ version, changes }) => h("li", {},
      h("p", {}, h("time", {}, minute(version.known_from)), version.made_by && ` · ${version.made_by}`),
      changes.length ? h("ul", {}, changes.map((words) => h("li", {}, words))) : h("p", { class: "hint" }, t("history.same"))))));
}

function changesOf(findings, before, after) {
  if (!before) return [t("history.first", { state: findings.wordOf("state", after.state) })];
  const words = TOLD.filter((name) => (before[name] ?? null) !== (after[name] ?? null)).map((name) => t("history.change", {
    column: findings.titleOf(name), from: valueOf(findings, name, before), to: valueOf(findings, name, after) }));
  return before.lon === after.lon && before.lat === after.lat ? words : [...words, t("history.moved")];
}

function valueOf(findings, name, version) {
  const value = version[name];
  if (value === null || value === undefined || value === "") return t("none");
  if (TIMES.has(name)) return minute(value);
  if (name === "post_code") return findings.postOf(value);
  if (name === "family") return findings.familyOf(value);
  return name === "kind" ? findings.sortOf(version) : findings.wordOf(name, value);
}
