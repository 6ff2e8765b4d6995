/** What this browser keeps for one who is not signed in, over the sample: which checks were made here. The server lists them for nobody else, either. */

const NAME = "huashan.landuse.checks";
const MOST = 50;

/** The checks that were made here, the newest first. @returns {any[]} */
export function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** @param {any} answer */
export function remember({ check, name, made_by, made_at, asked, outline, verdict }) {
  if (!check) return;
  const { activity, activity_name, as_of, source } = asked;
  keep([{ check, name, made_by, made_at, activity, activity_name, as_of, source, answer: verdict.answer, area: outline.area }, ...kept().filter((one) => one.check !== check)].slice(0, MOST));
}

/** @param {string} code */
export const forget = (code) => keep(kept().filter(({ check }) => check !== code));

function keep(checks) {
  try {
    localStorage.setItem(NAME, JSON.stringify(checks));
  } catch {
    // A browser that keeps nothing works all the same.
  }
}
