/** What cannot be asked for as it stands, in words, with where that is said: found here before the server is asked. */

import { t } from "../page/text.js";
import { isDay, today } from "./calendar.js";

const DAY_MIN = 1440;
const minutes = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/**
 * @typedef {{ crew: string | null, words: string }} Fault   crew: its key, null for the whole
 * @param {import("./order.js").Order} order
 * @returns {Fault[]}
 */
export function faultsOf(order) {
  const whole = (words) => ({ crew: null, words });
  const faults = [];
  if (!isDay(order.day)) faults.push(whole(t("fault.noday")));
  else if (order.day < today()) faults.push(whole(t("fault.past", { day: order.day })));
  if (order.known && !order.on.length) faults.push(whole(t("fault.nobody")));
  if (order.options.layers && !order.options.layers.length) faults.push(whole(t("fault.nolayer")));
  return [...faults, ...order.on.flatMap((crew) => ofCrew(crew).map((words) => ({ crew: crew.key, words })))];
}

/** How long a shift is, minutes: to the next morning where it ends before it begins. @param {{ from: string, to: string }} hours */
export const shift_min = ({ from, to }) => (minutes(to) - minutes(from) + DAY_MIN) % DAY_MIN;

/**
 * Some time within a crew's hours: the one that is usual where it lies in them, else the middle of the shift.
 * @param {import("./order.js").Crew} crew
 * @param {string} from
 * @param {string} to
 */
export function within(crew, from, to) {
  const long = shift_min(crew);
  const into = (time) => (minutes(time) - minutes(crew.from) + DAY_MIN) % DAY_MIN;
  if (into(from) < into(to) && into(to) <= long) return { from, to };
  const middle = Math.floor(long / 2);
  const half = Math.min(30, middle);
  return { from: timeAfter(crew.from, middle - half), to: timeAfter(crew.from, middle + half) };
}

/** @param {string} time @param {number} later_min */
function timeAfter(time, later_min) {
  const all = (minutes(time) + later_min) % DAY_MIN;
  return `${String(Math.floor(all / 60)).padStart(2, "0")}:${String(all % 60).padStart(2, "0")}`;
}

function ofCrew(crew) {
  const faults = [];
  if (!crew.name.trim()) faults.push(t("fault.noname"));
  if (!crew.from || !crew.to) return [...faults, t("fault.nohours", { crew: crew.name })];
  const long = shift_min(crew);
  if (!long) faults.push(t("fault.zero", { crew: crew.name }));
  const into = (time) => (minutes(time) - minutes(crew.from) + DAY_MIN) % DAY_MIN;
  const fits = ({ from, to, minutes: length }) => from && to && length > 0 && into(from) + length <= into(to) && into(to) <= long;
  for (const pause of crew.breaks ?? []) if (long && !fits(pause)) faults.push(t("fault.break", { crew: crew.name, from: pause.from, to: pause.to }));
  for (const one of crew.appointments) {
    if (!one.place) faults.push(t("fault.noplace", { crew: crew.name, name: one.name || t("crew.appointment") }));
    else if (long && !fits(one)) faults.push(t("fault.appointment", { crew: crew.name, name: one.name || t("crew.appointment"), from: one.from, to: one.to }));
  }
  return faults;
}
