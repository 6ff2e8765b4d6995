/** The control zones: overlap and share of each kind, or how far the nearest one is, or that there are no data. */

import { h } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { distance, m2, mu, percent } from "./area.js";
import { section, shower } from "./tables.js";

/** @param {any} answer @param {import("./tables.js").Looking} looking */
export function zonesPart(answer, looking) {
  const met = answer.zones.filter(({ state }) => state === "overlap" || state === "covered");
  const missing = answer.zones.filter(({ state }) => state === "no_data");
  const gist = [t("zones.gist", { n: number(met.length), all: number(answer.zones.length) }), missing.length > 0 && t("zones.missing", { n: number(missing.length) })].filter(Boolean).join(t("comma"));
  return section(looking, "zones", t("zones.title"), gist,
    h("table", { class: "sums zones" }, h("caption", { class: "unseen" }, t("zones.title")),
      h("thead", {}, h("tr", {}, [t("zones.kind"), t("zones.state"), t("table.mu"), t("table.share")].map((head, at) => h("th", { scope: "col", class: at > 1 ? "number" : null }, head)))),
      h("tbody", {}, answer.zones.map((zone) => zoneRow(answer, zone, looking)))));
}

function zoneRow(answer, zone, looking) {
  const name = `zone/${zone.kind}`;
  const met = zone.overlap?.m2 > 0;
  const where = zone.nearest_m === null || zone.nearest_m === undefined ? "" : t("zones.nearest", { far: distance(zone.nearest_m), name: zone.nearest?.name ?? zone.nearest?.code ?? "" });
  return h("tr", { class: [looking.lit === name && "lit", `state-${zone.state}`].filter(Boolean).join(" ") },
    h("th", { scope: "row" }, shower(answer, looking, name, looking.zone(zone.kind, zone.name)), zoneFeatures(answer, zone, looking)),
    h("td", {}, t(`zones.${zone.state}`), where && h("span", { class: "hint block" }, where)),
    h("td", { class: "number", title: met ? t("area.m2", { n: m2(zone.overlap) }) : null }, met ? mu(zone.overlap) : t("none")), h("td", { class: "number" }, met ? percent(zone.share) : t("none")));
}

/** Each zone of the kind, where there are several. */
function zoneFeatures(answer, zone, looking) {
  const { features } = zone;
  if (features.length < 2) return features.length ? h("span", { class: "hint block" }, features[0].name ?? features[0].code) : null;
  return h("ul", { class: "features" }, features.map((one) => h("li", {}, shower(answer, looking, `feature/zone/${one.id}`, one.name ?? one.code), h("span", { class: "hint" }, `${mu(one.area)} ${one.sliver ? t("reasons.sliver") : ""}`))));
}
