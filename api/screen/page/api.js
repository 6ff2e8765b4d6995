/** The only file that asks the server. Every answer that is not a success is thrown as a Problem. */

const PATIENCE_MS = 20_000;

/** What went wrong, in the server's sentence where it sent one. */
export class Problem extends Error {
  /**
   * @param {number} status   0 when no answer came
   * @param {string} detail   the server's sentence, or ""
   * @param {string} [instance] the number under which the server noted it
   */
  constructor(status, detail, instance = "") {
    super(detail || `HTTP ${status}`);
    this.status = status;
    this.detail = detail;
    this.instance = instance;
  }
}

/**
 * @typedef {{ zh: string, en: string }} Words
 * @typedef {object} Layer
 * @property {string} id
 * @property {Words} title
 * @property {Words} description
 * @property {Words} group
 * @property {Words} [source]
 * @property {string} geometry
 * @property {number} min_zoom
 * @property {number} max_zoom
 * @property {number} order
 * @property {number} count
 * @property {boolean} [lines]
 * @property {{ name: string, valid_from: string, made_at: string } | null} edition
 * @property {Record<string, number>} provenance
 * @property {string | null} data_at
 * @property {boolean} may_write
 * @property {any[]} style
 *
 * @typedef {object} Catalogue
 * @property {Layer[]} layers
 * @property {"sample" | "mixed" | "real" | "empty"} sample
 * @property {{ name: string, timezone: string, bounds: number[], center: number[], extent: number[] | null }} deployment
 * @property {string} now
 * @property {{ name: string, roles: string[], signed_in: boolean }} reader
 */

/** Every layer that this reader may see. @returns {Promise<Catalogue>} */
export const readLayers = () => ask("/layers");

/**
 * Features of a layer as GeoJSON.
 * @param {string} layer
 * @param {{ bbox?: number[], limit?: number }} [filter]
 */
export function readFeatures(layer, { bbox, limit } = {}) {
  return ask(`/layers/${encodeURIComponent(layer)}${query({ bbox: bbox?.map((degree) => degree.toFixed(6)).join(","), limit })}`);
}

/** One feature, with the words for its columns. @param {string} layer @param {string} id */
export const readFeature = (layer, id) => ask(`/layers/${encodeURIComponent(layer)}/${encodeURIComponent(id)}`);

/**
 * How much of each line of a layer was seen in a period.
 * @param {string} layer
 * @param {{ from: string, to: string }} period ISO times, half-open
 */
export const readCoverage = (layer, { from, to }) => ask(`/coverage/${encodeURIComponent(layer)}${query({ from, to })}`);

/** What happens, as it happens. @param {string} after the id of the last event that came, or "" */
export const openLive = (after) => new EventSource(`/live${query({ after })}`);

/** A document of this server by its address. @param {string} address */
export const readDocument = (address) => ask(address);

/** Exchange a token for a session cookie. @param {string} token */
export const signIn = (token) => ask("/session", { method: "POST", body: JSON.stringify({ token }) });

/** End the session. */
export const signOut = () => ask("/session", { method: "DELETE" });

/** Where the tiles of a layer are, as an absolute address. @param {string} layer */
export const tileAddress = (layer) => `${location.origin}/tiles/${encodeURIComponent(layer)}/{z}/{x}/{y}`;

/**
 * The problem behind a tile that did not come.
 * @param {any} error what the map reports
 * @returns {Promise<Problem>}
 */
export async function problemOfTile(error) {
  if (typeof error?.status !== "number" || !error.body) return new Problem(0, "");
  return problemOf(error.status, await error.body.text());
}

async function ask(path, options = {}) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE_MS);
  const headers = { Accept: "application/json", ...(options.body ? { "Content-Type": "application/json" } : {}) };
  try {
    const answer = await fetch(path, { ...options, headers, cache: "no-store", credentials: "same-origin", signal: late.signal });
    const text = await answer.text();
    if (!answer.ok) throw problemOf(answer.status, text);
    return text ? JSON.parse(text) : null;
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(0, "");
  } finally {
    clearTimeout(timer);
  }
}

function problemOf(status, text) {
  try {
    const said = JSON.parse(text);
    return new Problem(status, String(said.detail ?? ""), String(said.instance ?? ""));
  } catch {
    return new Problem(status, "");
  }
}

function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}
