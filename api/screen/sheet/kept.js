/** What stays in this phone: which stops are marked done, and the sheet as it was last read, for where there is no network. */

const DONE = "huashan.sheet.done";
const LAST = "huashan.sheet.last";
const MOST = 20;

/** A phone may refuse to keep anything, in a private window or when it is full: then it is kept as long as the page is open. */
const memory = new Map();

/**
 * The marks of a crew in a plan: stops by their piece, or by what and when they are, so that a new revision keeps them.
 * @param {string} key   plan and crew
 * @returns {Set<string>}
 */
export const marksOf = (key) => new Set((read(DONE) ?? {})[key] ?? []);

/** @param {string} key @param {Set<string>} marks */
export function keepMarks(key, marks) {
  const { [key]: _, ...others } = read(DONE) ?? {};
  const newest = Object.entries(others).slice(-(MOST - 1));
  write(DONE, { ...Object.fromEntries(newest), [key]: Array.from(marks) });
}

/** @param {string} token @param {import("./asking.js").Sheet} sheet */
export const keepSheet = (token, sheet) => write(LAST, { token, sheet, read_ms: Date.now() });

/**
 * The sheet as it was last read with this token; null where there is none, or its link has expired since.
 * @param {string} token
 * @returns {{ sheet: import("./asking.js").Sheet, read_ms: number } | null}
 */
export function keptSheet(token) {
  const kept = read(LAST);
  return kept && kept.token === token && Date.now() < Date.parse(kept.sheet.expires_at) ? kept : null;
}

/** Forget the sheet: its link opens nothing any more. */
export function forgetSheet() {
  write(LAST, null);
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

function write(name, value) {
  memory.set(name, value);
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Kept in memory alone.
  }
}
