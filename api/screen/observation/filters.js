/** Which observations are shown: chosen here, kept in the address; and the same to take away as a file. */

import { byId, h, replace } from "../page/dom.js";
import { number, say, t } from "../page/text.js";
import { ago } from "../page/time.js";
import { fileOf } from "./asking.js";

const STATES = ["unsettled", "open", "handed", "settled", "all"];
const TYPED_MS = 350;

/** @param {import("./findings.js").Findings} findings @returns {import("../page/page.js").Part} */
export function filters(findings) {
  const place = byId("filters");
  const head = h("div", { class: "filters" });
  const told = h("div", { class: "list-told" });
  const search = searchField(findings);
  replace(place, head, told);
  let drawn = "";
  const render = () => {
    const { state, page: { store } } = { state: findings.store.state, page: findings.page };
    // What stands in the fields is only drawn anew when it is another: a date half typed is not to be taken away.
    const now = JSON.stringify([ASKED.map((name) => state[name]), store.state.language, findings.families.length, findings.posts.length, findings.counts]);
    if (now !== drawn) replace(head, states(findings), ...selects(findings), ...days(findings), search(), clear(findings));
    drawn = now;
    replace(told, ...tellings(findings));
  };
  return { render };
}

const ASKED = ["state", "family", "kind", "grade", "overdue", "from", "to", "post", "q"];

function states(findings) {
  const { counts } = findings;
  const sum = (...names) => names.reduce((all, name) => all + (counts[name] ?? 0), 0);
  const of = { unsettled: sum("open", "handed"), open: sum("open"), handed: sum("handed"), settled: sum("settled"), all: sum("open", "handed", "settled") };
  return h("div", { class: "states", role: "group", "aria-label": findings.titleOf("state") }, STATES.map((state) => h("button", {
    type: "button", "data-key": `state-${state}`, "aria-pressed": String(findings.store.state.state === state), onclick: () => findings.store.set({ state }),
  }, t(`state.${state}`), Object.keys(counts).length > 0 && h("span", { class: "count" }, ` ${number(of[state])}`))));
}

function selects(findings) {
  const { family } = findings.store.state;
  const kinds = findings.families.find(({ code }) => code === family)?.kinds ?? [];
  const sorts = (all) => all.map((one) => [one.code, say(one)]);
  return [
    select(findings, "family", sorts(findings.families), { kind: "" }), kinds.length > 0 && select(findings, "kind", sorts(kinds)),
    select(findings, "grade", findings.optionsOf("grade")),
    select(findings, "post", findings.posts.map(({ code, name }) => [code, name || code]), {}, t("filter.post")),
    h("label", { class: "filter-late" }, h("input", { type: "checkbox", "data-key": "filter-overdue", checked: Boolean(findings.store.state.overdue),
      onchange: (event) => findings.store.set({ overdue: event.target.checked ? "yes" : "" }) }), t("filter.overdue")),
  ];
}

function select(findings, name, options, more = {}, title = findings.titleOf(name)) {
  const chosen = findings.store.state[name];
  const known = options.some(([value]) => value === chosen);
  return h("select", { "data-key": `filter-${name}`, "aria-label": title, onchange: (event) => findings.store.set({ [name]: event.target.value, ...more }) },
    h("option", { value: "" }, t("filter.any", { name: title })), chosen && !known && h("option", { value: chosen, selected: true }, chosen),
    options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
}

/** From a day to a day, both whole; the server reads them half-open. */
function days(findings) {
  const field = (name, shown, keep) => h("label", { class: "filter-day" }, t(`filter.${name}`), h("input", {
    type: "date", "data-key": `filter-${name}`, value: shown, onchange: (event) => findings.store.set({ [name]: event.target.value ? keep(event.target.value) : "" }) }));
  const { from, to } = findings.store.state;
  return [field("from", from, (day) => day), field("to", to ? shifted(to, -1) : "", (day) => shifted(day, 1))];
}

/** A day some days later. @param {string} day @param {number} days */
function shifted(day, days) {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? "" : new Date(at.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

function searchField(findings) {
  let timer = 0;
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "search", autocomplete: "off", spellcheck: "false", "data-key": "filter-q", oninput: () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => findings.store.set({ q: input.value.trim() }, { step: false }), TYPED_MS);
  } }));
  return () => {
    if (document.activeElement !== input) input.value = findings.store.state.q;
    input.placeholder = t("filter.q");
    input.setAttribute("aria-label", t("filter.q"));
    return input;
  };
}

function clear(findings) {
  const { state } = findings.store;
  const usual = { state: "unsettled", family: "", kind: "", grade: "", overdue: "", from: "", to: "", post: "", q: "" };
  const same = Object.entries(usual).every(([name, value]) => state[name] === value);
  return !same && h("button", { type: "button", class: "quiet", "data-key": "filter-clear", onclick: () => findings.store.set(usual) }, t("filter.clear"));
}

function tellings(findings) {
  const { rows, counts, came } = findings;
  if (!came) return [h("p", { class: "hint" }, t("loading"))];
  const hidden = ["unsettled", "open", "handed"].includes(findings.store.state.state) ? counts.settled ?? 0 : 0;
  return [
    h("p", { class: "count", role: "status" }, t("list.count", { n: number(rows.length) }), hidden > 0 && ` · ${t("list.hidden", { n: number(hidden) })}`, ` · ${t("list.age", { age: ago(findings.old) })}`),
    h("span", { class: "files" }, ["xlsx", "csv"].map((format) => h("a", { href: fileOf(findings.query, /** @type {any} */ (format)), download: "", "data-key": `file-${format}` }, t(`file.${format}`)))),
  ];
}
