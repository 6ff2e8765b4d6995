/** The only file that asks the server. Every answer that is not a success is thrown as a Problem. */

const PATIENCE_MS = 20_000;

/** What went wrong, in the server's sentence where it sent one. */
export class Problem extends Error {
  /**
   * @param {number} status   0 when no answer came
   * @param {string} detail   the server's sentence, or ""
   * @param {string} [instance] the number under which the server noted it
   * @param {any} [said]      the whole of what the server said, where that was JSON
   */
  constructor(status, detail, instance = "", said = null) {
    super(detail || `HTTP ${status}`);
    this.status = status;
    this.detail = detail;
    this.instance = instance;
    this.said = said;
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
 * @property {boolean} kept   whether its history is, so that it can be shown as it was at another time
 * @property {boolean} may_write
 * @property {boolean} may_edit     whether its features are changed one by one, and this reader may
 * @property {any[]} style
 *
 * @typedef {object} Catalogue
 * @property {Layer[]} layers
 * @property {"sample" | "mixed" | "real" | "empty"} sample
 * @property {{ name: string, timezone: string, bounds: number[], center: number[], extent: number[] | null }} deployment
 * @property {string} now
 * @property {{ name: string, roles: string[], signed_in: boolean }} reader
 *
 * @typedef {object} Asking
 * @property {string} [method]    GET unless said
 * @property {Record<string, any>} [query]   what is undefined, null or "" is left out
 * @property {any} [json]         the body, as JSON
 * @property {BodyInit} [body]    the body as it is, with its Content-Type among the headers
 * @property {Record<string, string>} [headers]
 * @property {number} [patience_ms]
 * @property {AbortSignal} [signal]   to give up the question
 *
 * @typedef {{ data: any, etag: string | null, headers: Headers }} Answer
 */

/** Every layer that this reader may see. @returns {Promise<Catalogue>} */
export const readLayers = () => ask("/layers");

/** The pages that this reader may open. @returns {Promise<{ pages: { id: string, path: string, title: Words }[] }>} */
export const readPages = () => ask("/pages");

/** What is told as it happens, at an address with its query. @param {string} path @param {Record<string, any>} [query] */
export const openStream = (path, query) => new EventSource(addressOf(path, query));

/** What happens, as it happens. @param {string} after the id of the last event that came, or "" */
export const openLive = (after) => openStream("/live", { after });

/** Exchange a token for a session cookie. @param {string} token */
export const signIn = (token) => ask("/session", { method: "POST", json: { token } });

/** End the session. */
export const signOut = () => ask("/session", { method: "DELETE" });

/** Where the tiles of a layer are, as an absolute address. @param {string} layer @param {Record<string, any>} [conditions] */
export const tileAddress = (layer, conditions = {}) => `${location.origin}${addressOf(`/tiles/${encodeURIComponent(layer)}/{z}/{x}/{y}`, conditions)}`;

/**
 * An address of this server with its query; what is undefined, null or "" is left out.
 * @param {string} path
 * @param {Record<string, any>} [query]
 */
export function addressOf(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : path;
}

/** Ask the server, and get the JSON it answers; null for an empty answer. @param {string} path @param {Asking} [asking] @returns {Promise<any>} */
export const ask = async (path, asking) => (await askWhole(path, asking)).data;

/** Ask the server, and get what it answers with its headers. @param {string} path @param {Asking} [asking] @returns {Promise<Answer>} */
export async function askWhole(path, asking = {}) {
  const answer = await sent(path, asking, async (response) => ({ response, text: await response.text() }));
  const { response, text } = answer;
  return { data: text ? JSON.parse(text) : null, etag: response.headers.get("ETag"), headers: response.headers };
}

/** Ask the server for a file. @param {string} path @param {Asking} [asking] @returns {Promise<Blob>} */
export const askFile = async (path, asking) => (await askWholeFile(path, asking)).blob;

/** Ask the server for a file, and get it with its headers. @param {string} path @param {Asking} [asking] @returns {Promise<{ blob: Blob, headers: Headers }>} */
export const askWholeFile = (path, asking = {}) => sent(path, { headers: { Accept: "*/*" }, ...asking }, async (response) => ({ blob: await response.blob(), headers: response.headers }));

/**
 * The problem behind a tile that did not come.
 * @param {any} error what the map reports
 * @returns {Promise<Problem>}
 */
export async function problemOfTile(error) {
  if (typeof error?.status !== "number" || !error.body) return new Problem(0, "");
  return problemOf(error.status, await error.body.text());
}

async function sent(path, { method = "GET", query, json, body, headers = {}, patience_ms = PATIENCE_MS, signal }, taken) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patience_ms);
  signal?.addEventListener("abort", () => late.abort());
  const kind = json === undefined ? {} : { "Content-Type": "application/json" };
  try {
    const response = await fetch(addressOf(path, query), {
      method, body: json === undefined ? body : JSON.stringify(json), headers: { Accept: "application/json", ...kind, ...headers },
      cache: "no-store", credentials: "same-origin", signal: late.signal,
    });
    if (!response.ok) throw problemOf(response.status, await response.text());
    return await taken(response);
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(0, "");
  } finally {
    clearTimeout(timer);
  }
}

function problemOf(status, text) {
  try {
    const said = JSON.parse(text);
    return new Problem(status, String(said.detail ?? ""), String(said.instance ?? ""), said);
  } catch {
    return new Problem(status, "");
  }
}
