/** Times as the deployment's clocks show them, and ages in words. */

import { t } from "./text.js";

let zone = "Asia/Shanghai";
let anchor = { server_ms: Date.now(), date_ms: Date.now(), steady_ms: performance.now() };

/** Set the zone and the server's time: from here on the clock is the server's, not this computer's. @param {string} timezone @param {string} now */
export function setClock(timezone, now) {
  zone = timezone;
  anchor = { server_ms: Date.parse(now), date_ms: Date.now(), steady_ms: performance.now() };
}

/**
 * Milliseconds since a mark: by the clock that moved further, since the steady one stands while a computer sleeps
 * and the other may be put back.
 * @param {{ date_ms: number, steady_ms: number }} mark
 */
export const since_ms = (mark) => Math.max(Date.now() - mark.date_ms, performance.now() - mark.steady_ms, 0);

/** A mark of this moment. */
export const mark = () => ({ date_ms: Date.now(), steady_ms: performance.now() });

/** The server's time now, in milliseconds since 1970. */
export const now_ms = () => anchor.server_ms + since_ms(anchor);

/** Day and minute, `2026-06-30 17:20`. @param {string | number | null | undefined} time */
export const minute = (time) => shown(time, ["year", "month", "day"], ["hour", "minute"]);

/** Day, `2026-06-30`; what is a day already stays it. @param {string | number | null | undefined} time */
export const day = (time) => (/^\d{4}-\d{2}-\d{2}$/.test(String(time)) ? String(time) : shown(time, ["year", "month", "day"], []));

/** The clock with its zone, `2026-06-30 17:20:05 GMT+8 (Asia/Shanghai)`. */
export function clock() {
  const offset = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" })
    .formatToParts(now_ms()).find((part) => part.type === "timeZoneName")?.value ?? "";
  return { time: shown(now_ms(), ["year", "month", "day"], ["hour", "minute", "second"]), zone: `${offset.replace("GMT", "UTC")} ${zone}` };
}

/** The instant of a local date and time such as `2026-06-30T08:00`, in ISO with Z. @param {string} local */
export function instantOf(local) {
  const asUtc_ms = Date.parse(`${local.length === 10 ? `${local}T00:00` : local}Z`);
  const offset_ms = (at) => Date.parse(`${shown(at, ["year", "month", "day"], ["hour", "minute"]).replace(" ", "T")}Z`) - Math.floor(at / 60_000) * 60_000;
  // The offset of that very time: not that of the time which UTC calls so.
  return new Date(asUtc_ms - offset_ms(asUtc_ms - offset_ms(asUtc_ms))).toISOString();
}

/** How long ago, in words. @param {number} age_ms */
export const ago = (age_ms) => inWords("age", age_ms);

/** How long, in words. @param {number} age_ms */
export const span = (age_ms) => inWords("span", age_ms);

function inWords(kind, age_ms) {
  const seconds = Math.max(0, Math.round(age_ms / 1000));
  if (seconds < 60) return t(`${kind}.seconds`, { n: seconds });
  if (seconds < 3600) return t(`${kind}.minutes`, { n: Math.floor(seconds / 60) });
  if (seconds < 172_800) return t(`${kind}.hours`, { n: Math.floor(seconds / 3600) });
  return t(`${kind}.days`, { n: Math.floor(seconds / 86_400) });
}

function shown(time, date, clockParts) {
  const instant = typeof time === "number" ? time : Date.parse(time ?? "");
  if (Number.isNaN(instant)) return t("none");
  const options = Object.fromEntries([...date, ...clockParts].map((part) => [part, part === "year" ? "numeric" : "2-digit"]));
  const parts = new Intl.DateTimeFormat("en", { ...options, timeZone: zone, hourCycle: "h23" }).formatToParts(instant);
  const value = (type) => parts.find((part) => part.type === type)?.value ?? "";
  return [date.map(value).join("-"), clockParts.map(value).join(":")].filter(Boolean).join(" ");
}

/** A time as a field of day and minute holds it, on the deployment's clocks: `2026-06-30T17:20`. @param {string | number | null} time */
export const typedMinute = (time) => shown(time, ["year", "month", "day"], ["hour", "minute"]).replace(" ", "T");
