/** Four figures: how much of banks, grids and roads was on time, and what is overdue now; each with its trend and time. */

import { byId, h, replace } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { minute } from "../page/time.js";
import { DAYS, readTrend } from "./asking.js";
import { chart } from "./chart.js";
import { Panel } from "./panel.js";

const EVERY_MS = 45_000;
const SHARES = ["bank", "grid", "road"];

export class Figures {
  #cards = h("div", { class: "cards" });

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    const place = byId("figures");
    this.panel = new Panel(page, place, { read: readTrend, every_ms: EVERY_MS, shown: () => this.show() });
    place.append(this.#cards);
    page.add(this.panel, this);
  }

  tiles({ layer }) {
    if (layer === "last_seen") this.panel.askSoon();
  }

  render() { this.show(); }

  show() {
    const { data } = this.panel;
    byId("figures").setAttribute("aria-label", t("figures.title"));
    replace(this.#cards, ...SHARES.map((layer) => share(data, layer)), overdue(data));
    // The age of all four stands once, in the last of them.
    this.#cards.lastElementChild?.querySelector(".when")?.append(this.panel.age);
  }
}

function share(data, layer) {
  const own = data?.layers.find((one) => one.layer === layer);
  const told = own?.on_time_share ?? null;
  const daily = own?.daily.on_time_share ?? [];
  return card(layer, t(`figures.${layer}`), percent(told), told === null ? "" : "%", data, own && told !== null
    ? chart(daily, { days: data.days, say: (value) => (value === null ? t("none") : `${percent(value)}%`), label: t("figures.trend"), least: 0, most: 1 })
    : h("p", { class: "empty" }, data ? t("figures.noduty") : ""));
}

function overdue(data) {
  const lines = data?.layers.filter(({ whole }) => !whole) ?? [];
  const wholes = data?.layers.filter(({ whole }) => whole) ?? [];
  const kilometres = data?.days.map((_, at) => sum(lines.map((one) => one.daily.overdue_m[at]))) ?? [];
  const now = lines.length ? number(sum(lines.map((one) => one.overdue_m)) / 1000, 1) : t("none");
  const more = wholes.map((one) => t("figures.targets", { layer: t(`layer.${one.layer}`), n: number(one.overdue_targets) })).join(t("comma"));
  return card("overdue", t("figures.overdue"), now, lines.length ? t("map.kilometres") : "", data, lines.length
    ? chart(kilometres, { days: data.days, say: (value) => (value === null ? t("none") : number(value / 1000, 0)), label: t("figures.trend") })
    : h("p", { class: "empty" }, data ? t("figures.noduty") : ""), more);
}

function card(id, title, value, unit, data, drawing, more = "") {
  const when = data ? t(data.whole_days ? "figures.day" : "figures.when", { days: DAYS, time: minute(data.at).slice(5), day: minute(data.at).slice(5, 10) }) : "";
  return h("article", { class: "figure", id: `figure-${id}` },
    h("h2", {}, title),
    h("p", { class: "value" }, h("b", {}, value), h("span", { class: "unit" }, unit)),
    drawing,
    h("p", { class: "when" }, h("span", {}, [id === "overdue" ? (data ? t("figures.at", { time: minute(data.at).slice(5) }) : "") : when, more].filter(Boolean).join(t("dot")))));
}

const percent = (value) => (value === null ? t("none") : number(value * 100, 1));
const sum = (values) => values.reduce((all, one) => all + (one ?? 0), 0);
