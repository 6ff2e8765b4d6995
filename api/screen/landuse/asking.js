/** What the page of land checks asks the server. */

import { addressOf, ask, openStream } from "../page/api.js";

/** An outline of many vertices, a document made by another program: these take their time. */
const LONG_MS = 120_000;
const at = (code, more = "") => `/landuse/checks/${encodeURIComponent(code)}${more}`;
const of = (code, more = "") => `/landuse/batches/${encodeURIComponent(code)}${more}`;

/** @typedef {{ activity: string, name: import("../page/api.js").Words | string, text?: string }} Activity */
/** @typedef {{ name: string, activity: string, text: string, crs: string | null }} Example */

/** What may be done with land, and outlines to try while the data are the sample. @returns {Promise<{ activities: Activity[], examples?: Example[] }>} */
export const readActivities = () => ask("/landuse/activities");

/** What is read of an outline, before it is checked. @param {import("./order.js").Order} order @param {AbortSignal} signal */
export const readOutline = (order, signal) => ask("/landuse/outline", { method: "POST", ...sent(order.said(), order.file), patience_ms: LONG_MS, signal });

/** @param {import("./order.js").Order} order */
export const makeCheck = (order) => ask("/landuse/check", { method: "POST", ...sent(order.body(), order.file), patience_ms: LONG_MS });

/** One's own checks, the newest first. @param {{ limit?: number, before?: string }} [which]   before: older than this one */
export const readChecks = (which) => ask("/landuse/checks", { query: which });

/** @param {string} code */
export const readCheck = (code) => ask(at(code), { patience_ms: LONG_MS });

/** Made once more: of what it read, or of today. @param {string} code @param {{ now: boolean, store?: boolean }} how   store: keep what comes of it */
export const makeAgain = (code, how) => ask(at(code, "/again"), { method: "POST", json: how, patience_ms: LONG_MS });

/** @param {string} code */
export const deleteCheck = (code) => ask(at(code), { method: "DELETE" });

/** A check as a file. @param {string} code @param {string} format */
export const fileOfCheck = (code, format) => addressOf(at(code), { format });

/** @param {import("./order.js").Order} order */
export const makeBatch = (order) => ask("/landuse/batches", { method: "POST", ...sent(order.body(), order.file), patience_ms: LONG_MS });

/** One's own batches, the newest first. */
export const readBatches = () => ask("/landuse/batches");

/** A batch, and some of its rows. @param {string} code @param {{ after?: number, limit?: number }} [which]   after: the number of the last row that came */
export const readBatch = (code, which) => ask(of(code), { query: which, patience_ms: LONG_MS });

/** One outline of a batch, with its shape. @param {string} code @param {number} number_ */
export const readOutlineOf = (code, number_) => ask(of(code, `/outlines/${number_}`));

/** An outline of a batch as a check of its own. @param {any} body */
export const makeCheckOf = (body) => ask("/landuse/check", { method: "POST", json: body, patience_ms: LONG_MS });

/** How a batch goes, told as it goes. @param {string} code @param {string} after the id of the last event that came, or "" */
export const openProgress = (code, after) => openStream(of(code, "/progress"), { after });

/** @param {string} code */
export const cancelBatch = (code) => ask(of(code, "/cancel"), { method: "POST" });

/** @param {string} code */
export const deleteBatch = (code) => ask(of(code), { method: "DELETE" });

/** @param {string} code @param {string} format */
export const fileOfBatch = (code, format) => addressOf(of(code), { format });

/** A file with what is said of it as a form, all else as JSON. */
function sent(said, file) {
  if (!file) return { json: said };
  const body = new FormData();
  for (const [name, value] of Object.entries(said)) body.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  body.append("file", file, file.name);
  return { body };
}
