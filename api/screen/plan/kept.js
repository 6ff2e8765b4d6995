/** What this browser keeps for its reader: the crews that were asked for last, so that Monday morning is one click. */

const NAME = "huashan.plan.order";

/** What was kept; null where nothing was, or where the browser keeps nothing. @returns {any} */
export function kept() {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "null");
  } catch {
    return null;
  }
}

/** @param {any} value */
export function keep(value) {
  try {
    localStorage.setItem(NAME, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing works all the same.
  }
}
