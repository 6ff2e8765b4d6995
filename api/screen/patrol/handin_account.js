/** What became of a track, in words: its fixes, its datum, what it saw of which target, credits and doubts. */

import { h } from "../page/dom.js";
import { number, say, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { length } from "./figures.js";

/**
 * @param {import("./handin.js").Entry} entry
 * @param {import("../page/watch.js").Watch} watch
 */
export function accountOf({ state, told }, watch) {
  if (!told) return [];
  const { saw } = told;
  return [
    h("p", { class: state === "done" ? "as-of" : "as-of past" }, t(`saw.${state === "done" ? "done" : told.status}`, { code: told.code ?? "" })),
    told.remedy ? h("p", {}, told.remedy) : null,
    fixes(told),
    told.datum ? h("p", { class: told.datum.found !== told.datum.declared ? "doubt" : "hint" }, told.datum.words) : null,
    saw ? [doubts(saw), seen(saw, watch), credits(saw)] : null,
  ];
}

function fixes({ fixes_read, fixes_kept, left_out, legs, length_m, started_at, ended_at }) {
  const why = Object.entries(left_out).map(([reason, count]) => t(`reason.${reason}`, { n: number(count) }));
  return h("section", {}, h("h3", {}, t("saw.track")),
    started_at && h("p", {}, `${minute(started_at)} – ${minute(ended_at).slice(11)} · ${length(length_m)} · ${t("saw.legs", { n: legs })}`),
    h("p", { class: "hint" }, t("saw.fixes", { read: number(fixes_read), kept: number(fixes_kept) }), why.length ? `;${t("saw.left", { why: why.join(t("comma")) })}` : ""));
}

function seen({ targets, reach_m, visited }, watch) {
  const title = (layer) => say(watch.layer(layer)?.title);
  const row = ({ layer, name, code, seen_sure_m, seen_m, seen_possible_m }) => h("tr", {},
    h("th", { scope: "row" }, name ?? code, h("span", { class: "hint" }, ` ${title(layer)}`)), h("td", {}, number(seen_sure_m)), h("td", {}, number(seen_m)), h("td", {}, number(seen_possible_m)));
  const heads = ["sure", "nominal", "possible"].map((bound) => h("th", { scope: "col" }, t(`bound.${bound}`)));
  const wholes = visited.filter((one) => one.reach_m === reach_m || visited.length < 4).map(({ layer, targets: n }) => t("saw.visited", { layer: title(layer), n }));
  return h("section", {}, h("h3", {}, t("saw.seen", { n: number(reach_m) })),
    targets.length ? h("table", { class: "figures" }, h("thead", {}, h("tr", {}, h("td", {}, t("saw.metres")), heads)), h("tbody", {}, targets.map(row))) : h("p", {}, t("saw.nothing")),
    wholes.length ? h("p", { class: "hint" }, wholes.join(t("comma"))) : null);
}

function credits({ credits: given }) {
  const one = ({ name, duty, effective, words, metres, targets }) => h("li", {},
    h("div", {}, name ?? duty, " ", effective ? h("strong", { class: "good" }, `✓ ${t("saw.effective")}`) : h("span", { class: "hint verdict" }, t("saw.ineffective"))),
    h("div", { class: "hint" }, metres ? t("saw.credit.metres", { n: number(metres) }) : targets ? t("saw.credit.targets", { n: targets }) : "", words.length ? ` ${words.join(t("comma"))}` : ""));
  return h("section", {}, h("h3", {}, t("saw.credits")), given.length ? h("ul", { class: "cards" }, given.map(one)) : h("p", { class: "hint" }, t("saw.nocredit")));
}

function doubts({ flags }) {
  if (!flags.length) return h("p", { class: "hint" }, t("saw.nodoubt"));
  return h("section", {}, h("h3", { class: "doubt" }, `▲ ${t("saw.doubts")}`), h("ul", { class: "cards" }, flags.map(({ title, words }) => h("li", {}, h("strong", {}, title), h("div", {}, words)))));
}
