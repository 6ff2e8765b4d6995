/** Small things that this browser keeps for its reader, such as what is folded; nothing that a link should carry. */

const PREFIX = "huashan.desk.";

/**
 * What was kept under a name; the usual where nothing was, or where the browser keeps nothing.
 * @template T
 * @param {string} name
 * @param {T} usual
 * @returns {T}
 */
export function kept(name, usual) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? "null") ?? usual;
  } catch {
    return usual;
  }
}

/** Keep it; whether that was possible. @param {string} name @param {any} value */
export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
