/** What the page of duties asks the server. */

import { ask, askFile, askWhole } from "../page/api.js";

const WORK_MS = 120_000;

/** One of a register, under the name that answers have for it. */
export const ONE = { posts: "post", crews: "crew", devices: "device", duties: "duty" };

const one = (register, code) => `/${register}/${encodeURIComponent(code)}`;

/** What each post did of what it had to in a month. @param {string} period such as 2026-10 */
export const readMonth = (period) => ask("/duties/performance", { query: { period }, patience_ms: WORK_MS });

/** The same as a file. @param {string} period @param {string} format */
export const readMonthFile = (period, format) => askFile("/duties/performance", { query: { period, format }, patience_ms: WORK_MS });

/** The patrols that began in a period, as a file. @param {{ from: string, to: string }} term @param {string} format */
export const readPatrolFile = (term, format) => askFile("/patrols", { query: { ...term, format }, patience_ms: WORK_MS });

/** The observations made in a period, as a file. @param {{ from: string, to: string }} term @param {string} format */
export const readObservationFile = (term, format) => askFile("/observations", { query: { ...term, format }, patience_ms: WORK_MS });

/** The rows of a register that hold today, or on another day, with what its columns mean. @param {string} register @param {string} [date] */
export const readRegister = (register, date) => ask(`/${register}`, { query: { date } });

/** One row of it with its ETag. @param {string} register @param {string} code */
export const readOne = (register, code) => askWhole(one(register, code));

/** Who saved what of it when. @param {string} register @param {string} code */
export const readSaves = (register, code) => ask(`/registers/${register}/${encodeURIComponent(code)}/versions`);

/** The register as a sheet. @param {string} register @param {string} format */
export const readSheet = (register, format) => askFile(`/registers/${register}/sheet`, { query: { format } });

/**
 * What a sheet would change; with the plan that was agreed to, the same done.
 * @param {string} register @param {Blob} file @param {{ from?: string, plan?: string }} query
 */
export const sendSheet = (register, file, query) => ask(`/registers/${register}/sheet`, {
  method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" }, query, patience_ms: WORK_MS,
});

/** Add a row to a register. @param {string} register @param {any} json */
export const addOne = (register, json) => askWhole(`/${register}`, { method: "POST", json });

/** A new version of a row, in place of the one that the ETag names. @param {string} register @param {string} code @param {any} json @param {string | null} etag */
export const putOne = (register, code, json, etag) => askWhole(one(register, code), { method: "PUT", json, headers: etag ? { "If-Match": etag } : {} });

/** What a changed duty would have come to last month, or in another period. @param {string} code @param {any} json @param {string} [period] */
export const readEffect = (code, json, period) => ask(`${one("duties", code)}/effect`, { method: "POST", json, query: { period }, patience_ms: WORK_MS });

/** The tokens of a crew's devices. @param {string} crew */
export const readTokens = (crew) => ask(`${one("crews", crew)}/devices`);

/** A new token of a device, shown this once. @param {string} crew @param {any} json */
export const addToken = (crew, json) => ask(`${one("crews", crew)}/devices`, { method: "POST", json });

/** Revoke a token. @param {string} crew @param {number} id */
export const revokeToken = (crew, id) => ask(`${one("crews", crew)}/devices/${id}`, { method: "DELETE" });

/** @type {Promise<any> | null} */
let described = null;

/** The interface's own description, read once. @returns {Promise<any>} */
export function readDescription() {
  described ??= ask("/openapi.json").catch((problem) => {
    described = null;
    throw problem;
  });
  return described;
}
