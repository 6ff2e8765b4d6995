/** One metre of a line: who saw it, when, how surely, whose it is, and when it is due. */

import { Problem } from "../page/api.js";
import { announce, h } from "../page/dom.js";
import { number, sentence, t } from "../page/text.js";
import { day, minute } from "../page/time.js";
import { readMetre } from "./asking.js";

/** Who reads by days is told days. */
const when = (time) => (time === null ? t("none") : time.length === 10 ? day(time) : minute(time));

export class Metre {
  /** @type {any} */ #shown = null;
  #asked = 0;
  #close = () => this.#closed();
  #replay;
  #panel;
  #map;

  /**
   * @param {import("./replay.js").Replay} replay
   * @param {import("./panel.js").Panel} panel
   * @param {import("./ways_map.js").WaysMap} map
   */
  constructor(replay, panel, map) {
    this.#replay = replay;
    this.#panel = panel;
    this.#map = map;
  }

  /**
   * Ask about a metre, as of the time that is looked at, or as of now.
   * @param {{ layer: string, code: string }} line
   * @param {Record<string, number>} where   chainage_m, or lon and lat
   * @param {{ now?: boolean }} [options]
   */
  async open(line, where, { now = false } = {}) {
    const asked = ++this.#asked;
    const { live, time, growths } = this.#replay;
    // Who is told less asks by whole days: what is known now is what they get.
    const past = !live && !now && growths.every(({ whole }) => whole);
    this.#panel.show(t("metre.title"), [h("p", { class: "hint" }, t("loading"))], this.#close);
    try {
      const told = await readMetre(line, { ...where, at: past ? new Date(time).toISOString() : undefined });
      if (asked !== this.#asked) return;
      this.#shown = { line, told, past };
      this.render();
      this.#map.mark([told.lon, told.lat]);
      this.#panel.focus();
      announce(`${t("metre.title")} ${told.name} ${t("metre.chainage", { m: number(told.chainage_m) })}`);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (asked === this.#asked) this.#panel.show(t("metre.title"), [h("p", { class: "trouble" }, sentence(error))], this.#close);
    }
  }

  render() {
    if (!this.#shown) return;
    const { line, told, past } = this.#shown;
    const store = this.#replay.page.store;
    const here = `${line.layer}/${line.code}`;
    this.#panel.show(`${told.name} ${t("metre.chainage", { m: number(told.chainage_m) })}`, [
      h("p", { class: past ? "as-of past" : "as-of" }, t(past ? "metre.past" : "metre.now", { time: when(told.at) }),
        past && [" ", h("button", { type: "button", class: "quiet", "data-key": "metre-now", onclick: () => this.open(line, { chainage_m: told.chainage_m }, { now: true }) }, t("metre.asnow"))]),
      whose(told), due(told), seen(told, this.#replay),
      h("p", {}, store.state.line === here ? null : h("button", { type: "button", "data-key": "to-diagram", onclick: () => store.set({ line: here }) }, t("figure.diagram"))),
    ], this.#close);
  }

  #closed() {
    this.#shown = null;
    this.#asked += 1;
    this.#map.mark(null);
  }
}

/** Whose it is: the reach and its post; or nobody's. */
function whose({ reaches, nobody }) {
  const of = ({ name, post_name, post }) => h("li", {}, name, " · ", post_name ?? (post ? post : t("metre.nopost")));
  return h("section", {}, h("h3", {}, t("metre.whose")),
    nobody ? h("p", { class: "nobody" }, h("strong", {}, t("metre.nobody"))) : null,
    reaches.length ? h("ul", {}, reaches.map(of)) : null);
}

/** What each duty asks of it, the most overdue first. */
function due({ duties, waiting, unknown_until }) {
  const state = (duty) => {
    if (duty.unknown) return h("span", { class: "hint" }, t("metre.unknown"));
    if (duty.overdue_days > 0) return h("strong", { class: "overdue" }, `▲ ${t("metre.overdue", { n: number(duty.overdue_days, 1), due: when(duty.due_at) })}`);
    return h("span", {}, duty.due_at ? t("metre.due", { due: when(duty.due_at) }) : t("metre.nodue"));
  };
  const one = (duty) => h("li", {},
    h("div", {}, duty.name ?? duty.duty, " · ", duty.post_name ?? duty.post, h("span", { class: "hint" }, ` ${t("metre.every", { n: number(duty.interval_days, 1) })}`)),
    h("div", {}, state(duty)),
    h("div", { class: "hint" }, duty.never_seen ? t("metre.never", { since: day(duty.covered_since) }) : duty.last_counted ? t("metre.counted", { time: when(duty.last_counted) }) : null));
  const ordered = [...duties].sort((first, second) => second.overdue_days - first.overdue_days);
  return h("section", {}, h("h3", {}, t("metre.duties")),
    duties.length ? h("ul", { class: "cards" }, ordered.map(one)) : h("p", { class: "hint" }, t("metre.noduty")),
    waiting.length ? h("p", { class: "hint" }, t("metre.waiting", { names: waiting.map(({ duty }) => duty).join(t("comma")) })) : null,
    unknown_until && h("p", { class: "hint" }, t("metre.untold", { time: when(unknown_until) })));
}

/** Who saw it, the newest first, and how surely. */
function seen({ seen: visits, last, reach_m, outside_duty_left_out }, replay) {
  const crews = new Map(replay.crews.map(({ code, name }) => [code, name]));
  const who = ({ patrol, crew }) => (patrol ? [crews.get(crew) ?? crew, patrol].filter(Boolean).join(" · ") : t("metre.someone"));
  const go = ({ patrol, ...bounds }) => {
    const at = bounds.sure ?? bounds.nominal ?? bounds.possible;
    return patrol && at.length > 10 ? h("button", { type: "button", class: "quiet", "data-key": `see-${patrol}`, onclick: () => replay.show(day(at), { time: Date.parse(at) }) }, t("diagram.go")) : null;
  };
  const one = (visit) => h("li", {},
    h("div", {}, h("strong", {}, when(visit[visit.how])), " ", h("span", { class: `how ${visit.how}` }, t(`bound.${visit.how}`)), " ", go(visit)),
    h("div", { class: "hint" }, who(visit), " · ", t(`mode.${visit.mode}`), visit.carried ? ` · ${t("diagram.carried")}` : ""));
  return h("section", {}, h("h3", {}, t("metre.seen", { n: number(reach_m) })),
    visits.length ? [
      h("dl", { class: "last" }, ["sure", "nominal", "possible"].flatMap((bound) => [h("dt", {}, t(`bound.${bound}`)), h("dd", {}, when(last[bound]))])),
      h("ol", { class: "cards" }, visits.slice(0, 10).map(one)),
    ] : h("p", {}, t("metre.unseen")),
    outside_duty_left_out ? h("p", { class: "hint" }, t("diagram.veiled")) : null);
}

