/** What just happened: patrols and observations, the newest first, each with its time. */

import { Problem } from "../page/api.js";
import { byId, h, replace } from "../page/dom.js";
import { number, say, t } from "../page/text.js";
import { day, minute, now_ms } from "../page/time.js";
import { readCrews, readKinds, readObservations, readPatrols } from "./asking.js";
import { fit } from "./fit.js";
import { Panel } from "./panel.js";
import { shape } from "./shapes.js";

const EVERY_MS = 45_000;
const MOST = 40;
const OUT_MS = 900_000;

/** Each of some questions, or null where this reader may not ask it. */
const mayBe = (asked) => asked.catch((problem) => {
  if (problem instanceof Problem && problem.status === 403) return null;
  throw problem;
});

async function read() {
  const [patrols, observations, kinds, crews] = await Promise.all([mayBe(readPatrols()), mayBe(readObservations()), readKinds(), mayBe(readCrews())]);
  if (!patrols && !observations) throw new Problem(403, "");
  return { patrols: patrols?.patrols ?? null, observations: observations?.observations ?? null, kinds: kinds.families, crews: crews?.crews ?? [] };
}

export class Feed {
  #list = h("ul", { class: "rows feed" });
  #note = h("div", { class: "note" });
  #where = { from: 0 };

  /** @param {import("../page/page.js").Page} page */
  constructor(page) {
    const place = byId("feed");
    this.panel = new Panel(page, place, { read, every_ms: EVERY_MS, on: ["patrol", "observation"], shown: () => this.show() });
    this.title = h("h2", {});
    place.append(h("header", {}, this.title, this.panel.age), this.#list, this.#note);
    page.add(this.panel, this);
  }

  render() { this.title.textContent = t("feed.title"); }

  show() {
    const { data, untold } = this.panel;
    const rows = data ? happened(data) : [];
    this.#note.hidden = !data || (data.patrols !== null && data.observations !== null);
    replace(this.#note, h("p", {}, data?.patrols === null ? t("feed.nopatrols") : data?.observations === null ? t("feed.noobservations") : ""));
    if (untold) replace(this.#list, h("li", { class: "empty" }, t("panel.untold")));
    else if (data && !rows.length) replace(this.#list, h("li", { class: "empty" }, t("feed.none")));
    else fit(this.#list, rows, this.#where);
  }
}

function happened({ patrols, observations, kinds, crews }) {
  const names = new Map(crews.map(({ code, name }) => [code, name]));
  const titles = new Map(kinds.flatMap((family) => [[family.code, family], ...family.kinds.map((kind) => [kind.code, kind])]));
  const told = [...(patrols ?? []).map((one) => ofPatrol(one, names)), ...(observations ?? []).map((one) => ofObservation(one, titles))];
  return told.filter(({ at }) => at).sort((one, other) => Date.parse(other.at) - Date.parse(one.at)).slice(0, MOST)
    .map(({ at, mark, words, key }) => h("li", { class: "event", "data-event": key }, h("time", { datetime: at }, whole(at) ? day(at).slice(5) : minute(at).slice(5)), mark, h("span", {}, words)));
}

function ofPatrol(one, names) {
  const crew = names.get(one.crew) ?? one.crew ?? one.device ?? one.code;
  const length = one.length_m > 0 ? t("feed.length", { km: number(one.length_m / 1000, 1) }) : "";
  // One that nobody declared over, and that was heard of a moment ago, goes on.
  const out = !one.closed_at && now_ms() - Date.parse(one.ended_at ?? one.made_at ?? "") < OUT_MS;
  const words = out ? t("feed.out", { crew, mode: t(`mode.${one.mode}`), length }) : t("feed.patrol", { crew, mode: t(`mode.${one.mode}`), length });
  return { at: one.ended_at ?? one.started_at ?? one.made_at ?? one.day, mark: shape(one.mode), words, key: one.code };
}

function ofObservation(one, titles) {
  const what = say(titles.get(one.kind) ?? titles.get(one.family));
  const settled = one.state === "settled";
  const words = t(settled ? "feed.settled" : "feed.found", { what, grade: one.grade === "general" ? "" : t("feed.grade", { grade: t(`grade.${one.grade}`) }) });
  return { at: settled ? one.settled_at : one.found_at, mark: shape(settled ? "settled" : "observation"), words, key: one.code };
}

const whole = (at) => /^\d{4}-\d{2}-\d{2}$/.test(at);
