/** What this browser keeps for one who is not signed in, over the sample: what was made here. The server lists that for nobody else, either. */

const MOST = 50;

/** What is kept under a name, newest first, each told by its code. @param {string} name */
function keeper(name) {
  const key = `huashan.landuse.${name}`;
  const all = () => {
    try {
      const found = JSON.parse(localStorage.getItem(key) ?? "[]");
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  };
  const keep = (ones) => {
    try {
      localStorage.setItem(key, JSON.stringify(ones));
    } catch {
      // A browser that keeps nothing works all the same.
    }
  };
  return {
    all,
    /** @param {{ code: string }} one */
    remember: (one) => keep([one, ...all().filter(({ code }) => code !== one.code)].slice(0, MOST)),
    /** @param {string} code */
    forget: (code) => keep(all().filter((one) => one.code !== code)),
  };
}

export const keptChecks = keeper("checks");
export const keptBatches = keeper("batches");

/** A check as a list tells it. @param {any} answer */
export function listed({ check, name, made_by, made_at, asked, outline, verdict }) {
  const { activity, activity_name, as_of, source } = asked;
  return { code: check, check, name, made_by, made_at, activity, activity_name, as_of, source, answer: verdict.answer, area: outline.area };
}
