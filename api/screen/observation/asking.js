/** What the page of observations asks the server. */

import { addressOf, ask, askWhole } from "../page/api.js";
import { PHOTO_PATIENCE_MS } from "../page/photo_choice.js";

const AT_ONCE = 2000;
const at = (code) => `/observations/${encodeURIComponent(code)}`;
/** @param {number} version */
const matches = (version) => ({ "If-Match": `"${version}"` });

/**
 * @typedef {object} Finding  a row, as GET /observations tells it
 * @property {string} code
 * @property {string | null} name
 * @property {string} family
 * @property {string | null} kind
 * @property {"general" | "major" | "urgent"} grade
 * @property {string} source
 * @property {"open" | "handed" | "settled"} state
 * @property {string} found_at
 * @property {string | null} place
 * @property {string | null} note
 * @property {string | null} post_code
 * @property {string | null} due_at
 * @property {string | null} settled_at
 * @property {string | null} settled_by
 * @property {number} lon
 * @property {number} lat
 * @property {number} version
 * @property {number} photos
 */

/**
 * All observations that meet the conditions, and how many of each state there are beside.
 * @param {Record<string, any>} query
 * @returns {Promise<{ rows: Finding[], counts: Record<string, number> }>}
 */
export async function readFindings(query) {
  const rows = [];
  let counts = {};
  let after = "";
  do {
    const part = await ask("/observations", { query: { ...query, limit: AT_ONCE, after } });
    rows.push(...part.observations);
    counts = part.counts ?? counts;
    after = part.next ?? "";
  } while (after);
  return { rows, counts };
}

/** Where the same can be had as a file. @param {Record<string, any>} query @param {"csv" | "xlsx"} format */
export const fileOf = (query, format) => addressOf("/observations", { ...query, format });

/** One, with photos and every version. @param {string} code */
export const readFinding = (code) => ask(at(code));

/** Families with their kinds. */
export const readKinds = () => ask("/observation-kinds");

/** The posts of today. @returns {Promise<{ posts: { code: string, name: string | null, holder?: string | null }[] }>} */
export const readPosts = () => ask("/posts");

/** The words of the observations' columns, by language. */
export async function readWords() {
  const [zh, en] = await Promise.all(["zh", "en"].map((lang) => ask("/ogc/collections/observation/schema", { query: { f: "json", lang } })));
  return { zh, en };
}

/** Change one, on the version that was seen alone. @param {string} code @param {number} version @param {any} change @returns {Promise<Finding>} */
export const change = async (code, version, change) => (await askWhole(at(code), { method: "PATCH", json: change, headers: matches(version) })).data;

/** @param {string} code @param {File} file @param {"found" | "settled"} shows */
export const sendPhoto = (code, file, shows) => ask(`${at(code)}/photos`, {
  method: "POST", query: { shows }, body: file, headers: { "Content-Type": file.type }, patience_ms: PHOTO_PATIENCE_MS,
});
