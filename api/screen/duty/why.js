/** Why a post is behind: what it missed, when, for which reason, and which patrols there were in that time. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { patrolAddress, percent, rhythm, titleOf, worded } from "./values.js";

/** The reasons of all that a post missed, the most frequent first, each with how often. @param {any} post @returns {string} */
export function reasonsOf(post) {
  const counts = new Map();
  for (const due of post.duties.flatMap(missedOf)) {
    const words = shortly(due, post.duties);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one).map(([words, n]) => (n > 1 ? t("duty.why.times", { words, n: number(n) }) : words)).join(t("duty.stop"));
}

/** The reasons by their names, in the language chosen. @param {string[]} names */
const named = (names) => names.map((name) => t(`duty.reason.${name}`)).join(t("comma"));

/** Why something due was missed, without how often; where all patrols were in vain, why these were. */
function shortly(due, duties) {
  if (!due.reasons.length) return t("duty.why.unsaid");
  if (due.reasons[0] !== "none_effective") return named(due.reasons);
  const duty = duties.find(({ dues }) => dues.includes(due));
  const whys = [...new Set(inTime(duty, due).flatMap(({ reasons }) => reasons))];
  return whys.length ? t("duty.why.because", { what: named(due.reasons), why: named(whys) }) : named(due.reasons);
}

/** Why it was missed, in the server's own words where they are in the language chosen, for they say how much. */
const wordsOf = (due, page) => (page.store.state.language === "zh" ? due.words.join(t("comma")) : named(due.reasons)) || t("duty.why.unsaid");

/** @typedef {{ columns: Record<string, import("./values.js").Column>, duties: Map<string, any> }} Terms   what duties ask */

/** What a duty asks beside how often; the words are the register's own. */
const ASKED = ["hours", "modes", "min_minutes", "min_metres", "min_gap_hours", "least_share", "test_distance_m", "test_share", "test_road_share", "test_dwell_s"];

/** What a duty asks, so that one sees what a reason means: how often, in which hours, how. */
function termsOf(duty, terms) {
  const row = terms?.duties.get(duty.duty);
  if (!row) return null;
  const asked = ASKED.filter((name) => row[name] !== null && row[name] !== undefined && String(row[name]) !== "")
    .map((name) => t("duty.why.term", { what: titleOf(terms.columns[name], name), value: worded(row[name], terms.columns[name]) }));
  return h("p", { class: "why-terms" }, t("duty.why.terms", { words: [rhythm(row, terms.columns), ...asked].filter(Boolean).join(t("duty.stop")) }));
}

/** All that is known of a post's month. @param {any} post @param {import("../page/page.js").Page} page @param {Terms | null} terms */
export function why(post, page, terms) {
  const duties = [...post.duties].sort((one, other) => other.missed - one.missed || (one.met_share ?? 2) - (other.met_share ?? 2));
  return h("div", { class: "why" }, duties.map((duty) => dutyPart(duty, page, terms)));
}

const missedOf = (duty) => duty.dues.filter((due) => !due.met);

function dutyPart(duty, page, terms) {
  const missed = missedOf(duty);
  return h("section", { class: "why-duty" },
    h("h2", {}, duty.name || duty.duty, " ", h("a", { class: "code", href: `#tab=duties&find=${encodeURIComponent(duty.duty)}`, onclick: (event) => {
      event.preventDefault();
      page.store.set({ tab: "duties", find: duty.duty });
    } }, duty.duty)),
    h("p", { class: missed.length ? "why-sum behind" : "why-sum" }, summary(duty)),
    termsOf(duty, terms),
    missed.length > 0 && missedTable(duty, missed, page),
    duty.unknown_dues.length > 0 && h("p", { class: "hint" }, t("duty.why.unknown", { n: number(duty.unknown_dues.length) })),
    patrols(duty, page),
    h("p", { class: "hint" }, [duty.rule, duty.citation].filter(Boolean).join(t("duty.stop"))));
}

function summary(duty) {
  if (!duty.due) return t("duty.why.none_due", { done: number(duty.done) });
  const told = { due: number(duty.due), met: number(duty.met), missed: number(duty.missed), done: number(duty.done), effective: number(duty.effective), share: percent(duty.met_share) };
  return t("duty.why.sum", told) + (duty.on_time_share === null ? "" : t("duty.why.on_time", { share: percent(duty.on_time_share) }));
}

/** What was missed: until when it was to be done, why it was not, and who went in vain. */
function missedTable(duty, missed, page) {
  return h("table", { class: "why-missed" }, h("caption", { class: "unseen" }, t("duty.why.missed", { duty: duty.name || duty.duty })),
    h("thead", {}, h("tr", {}, ["duty.why.span", "duty.why.reason", "duty.why.patrols"].map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, grouped(missed).map(({ due, n }) => h("tr", {},
      h("th", { scope: "row" }, t("duty.why.days", { from: day(due.from), to: lastDay(due.due) }), n > 1 && h("small", {}, ` ×${number(n)}`)),
      h("td", {}, wordsOf(due, page)),
      h("td", {}, inVain(duty, due, page))))));
}

/** The same span missed several times, as three times a week, once with how often. */
function grouped(missed) {
  const rows = [];
  for (const due of missed) {
    const last = rows[rows.length - 1];
    if (last && last.due.from === due.from && last.due.due === due.due && String(last.due.words) === String(due.words)) last.n += 1;
    else rows.push({ due, n: 1 });
  }
  return rows;
}

/** The patrols in vain of the time in which it was to be done. */
const inTime = (duty, due) => duty.undone.filter(({ started }) => started.slice(0, 10) >= due.from.slice(0, 10) && started.slice(0, 10) <= lastDay(due.due));

function inVain(duty, due, page) {
  const found = inTime(duty, due);
  if (!found.length) return t("duty.why.nobody");
  return h("ul", {}, found.map((patrol) => h("li", {}, patrolLink(patrol, page), " ", named(patrol.reasons))));
}

/** All of the duty's patrols of the month, folded away. */
function patrols(duty, page) {
  const made = duty.patrols.filter(({ patrol }) => patrol);
  if (!made.length) return null;
  return h("details", {}, h("summary", {}, t("duty.why.made", { n: number(made.length) })),
    h("ul", { class: "why-patrols" }, made.map((patrol) => h("li", {}, patrolLink(patrol, page), patrol.effective ? "" : ` ${t("duty.why.in_vain")}`))));
}

function patrolLink({ patrol, started }, page) {
  const when = !started ? "" : started.length > 10 ? minute(started) : started;
  if (!patrol) return when;
  return h("a", { href: patrolAddress(patrol, started, page.store.state.language) }, [when, patrol].filter(Boolean).join(" "));
}

/** Due days end at midnight: the last day is the one before. */
const lastDay = (due) => day(Date.parse(due) - 1);
