/**
 * What is asked for: which days, who is on, how and until when, and how it is to be solved. The crews are those of the
 * register, filled in as this browser asked for them last.
 *
 * @typedef {{ name: string, lon: number, lat: number }} Place
 * @typedef {{ from: string, to: string, minutes: number }} Break     when it may lie, and how long it is
 * @typedef {{ name: string, place: Place | null, from: string, to: string, minutes: number }} Appointment
 * @typedef {object} Crew
 * @property {string} key              what tells it from the others
 * @property {string | null} code      its code in the register; null for one that is none
 * @property {string} name
 * @property {string} mode
 * @property {boolean} on
 * @property {string[]} posts          those that it goes out for
 * @property {string} from             `08:30`
 * @property {string} to               before `from`: the next morning
 * @property {Place | null} start      null: where the platform lets it start
 * @property {Place | null} end        null: where the platform lets it end
 * @property {number | null} most_km
 * @property {Break[] | null} breaks   null: those that are usual
 * @property {Appointment[]} appointments
 * @property {any} usual               what the platform would take where nothing is said
 */

import { t } from "../page/text.js";
import { after, isDay, tomorrow } from "./calendar.js";
import { keep, kept } from "./kept.js";

export const MODES = ["foot", "bicycle", "car", "boat", "drone"];
/** How long may be solved, by how much it matters; the last is said by the one who asks. */
export const LIMITS = { quick: { seconds: 5 }, good: { seconds: 20 }, best: { seconds: 60 }, own: null };
const KEPT = ["on", "posts", "from", "to", "start", "end", "most_km", "breaks", "appointments"];
const OPTIONS = { layers: null, unverified: false, ahead_days: 1, risk: "none", limit: "good", iterations: 2000, seed: 1 };
const HOURS = { from: "08:30", to: "17:30" };
let made = 0;

export class Order {
  day = "";
  days = 1;
  /** @type {Crew[]} */ crews = [];
  /** @type {any} */ options = { ...OPTIONS };
  /** Whether the register has been read. */ known = false;
  /** @type {Place[]} places that can be called by name */ places = [];

  constructor() {
    const { options, days } = kept() ?? {};
    if (options) this.options = { ...OPTIONS, ...options };
    if ([1, 2, 3, 5, 7].includes(days)) this.days = days;
  }

  /** The register of the day came: what was said here meanwhile stays. @param {any} told */
  take(told) {
    const before = this.known ? { crews: this.crews } : kept() ?? {};
    const last = new Map((before.crews ?? []).map((crew) => [crew.key, crew]));
    const adhoc = (before.crews ?? []).filter(({ code }) => !code).map((crew) => filled(crew, null));
    this.crews = [...told.crews.map((usual) => filled(last.get(usual.crew) ?? {}, usual)), ...adhoc];
    this.places = told.places ?? [];
    this.known = true;
  }

  /** The crews that are on. */
  get on() { return this.crews.filter(({ on }) => on); }

  /** The last day, where there are several. */
  get last() { return after(this.day, this.days - 1); }

  /** One more crew, which is not in the register. @param {string} mode @param {string} name */
  add(mode, name) {
    made += 1;
    const crew = filled({ key: `+${Date.now()}-${made}`, name, mode, on: true }, null);
    this.crews.push(crew);
    this.keep();
    return crew;
  }

  /** @param {Crew} crew */
  drop(crew) {
    this.crews = this.crews.filter((one) => one !== crew);
    this.keep();
  }

  /** Back to what the register says. @param {Crew} crew */
  reset(crew) {
    Object.assign(crew, filled({ on: crew.on }, crew.usual));
    this.keep();
  }

  /** Remember it for the next time. */
  keep() {
    const told = (crew) => Object.fromEntries([["key", crew.key], ["code", crew.code], ...(crew.code ? [] : [["name", crew.name], ["mode", crew.mode]]), ...KEPT.map((name) => [name, crew[name]])]);
    keep({ crews: this.crews.map(told), options: this.options, days: this.days });
  }

  /**
   * What is asked of the server.
   * @param {string} [second]   a plan whose gaps become the pieces of this one
   */
  body(second) {
    const { layers, limit, iterations, seed, unverified, ahead_days, risk } = this.options;
    const options = { ...(layers ? { layers } : {}), unverified, ahead_days, risk, ...(LIMITS[limit] ?? { iterations }), seed, ...(second ? { second_pass: true } : {}) };
    const days = [...Array(this.days).keys()].map((nth) => after(this.day, nth));
    return { ...(this.days > 1 ? { days } : { day: this.day }), crews: this.on.map(asked), options, ...(second ? { again_from: second } : {}) };
  }
}

/** A day that is said, or tomorrow. @param {string} said */
export const dayOf = (said) => (isDay(said) ? said : tomorrow());

/** A crew as it is asked for: what is not said is left to the platform. @param {Crew} crew */
function asked(crew) {
  const { code, name, mode, posts, from, to, start, end, most_km, breaks, appointments } = crew;
  const at = (place) => (place ? { lon: place.lon, lat: place.lat, ...(place.name ? { name: place.name } : {}) } : undefined);
  return given({
    ...(code ? { crew: code } : { name, mode }), posts: posts.length ? posts : undefined, from, to, start: at(start), end: at(end),
    most_m: most_km ? most_km * 1000 : undefined, breaks: breaks ?? undefined,
    appointments: appointments.length ? appointments.map((one) => ({ ...one, name: one.name || t("crew.appointment"), place: at(one.place) })) : undefined,
  });
}

const given = (all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));

/** A crew as it stands in the form, from what was said before and from what is usual. @returns {Crew} */
function filled(said, usual) {
  const from = usual?.from ?? HOURS.from;
  const to = usual?.to ?? HOURS.to;
  return {
    on: true, posts: usual?.posts ?? [], from, to, start: null, end: null, most_km: null, breaks: null, appointments: [], ...said,
    key: usual?.crew ?? said.key, code: usual?.crew ?? null, name: usual?.name || usual?.crew || said.name || "", mode: usual?.mode ?? said.mode ?? "foot", usual,
  };
}
