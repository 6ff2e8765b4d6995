/** A time of the day as it is typed, `08:30`, whatever clock the browser itself would show; `830` and `8.30` are understood. */

import { h } from "../page/dom.js";

/** The time that is meant, `08:30`; "" for none. @param {string} typed */
export function timeOf(typed) {
  const digits = typed.normalize("NFKC").trim().replace(/^(\d{1,2})[:.时h](\d{2})分?$/, (_, hour, minute) => hour.padStart(2, "0") + minute);
  const [, hour, minute] = /^(\d{1,2}?)(\d{2})?$/.exec(digits) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute ?? 0) > 59) return "";
  return `${hour.padStart(2, "0")}:${minute ?? "00"}`;
}

/**
 * @param {string} value
 * @param {Record<string, any>} more   its label and key
 * @param {(time: string) => void} set   "" where it is no time
 */
export function timeField(value, more, set) {
  const field = /** @type {HTMLInputElement} */ (h("input", { type: "text", class: "time", inputmode: "numeric", maxlength: 6, autocomplete: "off", spellcheck: "false", placeholder: "08:30", value, ...more, onfocus: () => field.select(), onchange: () => {
    const time = timeOf(field.value);
    if (time) field.value = time;
    field.setAttribute("aria-invalid", String(!time));
    set(time);
  } }));
  return field;
}
