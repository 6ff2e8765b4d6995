/** What the page of plans asks the server. */

import { addressOf, ask, askFile, askWhole, openStream } from "../page/api.js";

/** A plan of a moment is answered at once, one that takes longer is told by its stream; debt of many duties takes a while. */
const LONG_MS = 60_000;
const at = (code, more = "") => `/plans/${encodeURIComponent(code)}${more}`;
/** @param {number} revision */
const matches = (revision) => ({ "If-Match": `"${revision}"` });

/** What a plan of this day would begin with: the crews of the register, completed, and places by name. @param {string} day */
export const readDefaults = (day) => ask("/plans/defaults", { query: { day } });

/** What is owed at a time, by duty. @param {string} when */
export const readDebt = (when) => ask("/debt", { query: { at: when }, patience_ms: LONG_MS });

/** The posts of a day. @param {string} date */
export const readPosts = (date) => ask("/posts", { query: { date } });

/** Features of that name, code or 拼音. @param {string} q */
export const readFound = (q) => ask("/search", { query: { q, limit: 8 } });

/**
 * Plans, the newest first.
 * @param {{ day?: string, status?: string, before?: string, limit?: number }} [which]   before: older than this one
 */
export const readPlans = (which) => ask("/plans", { query: which });

/** Have a plan made; it may be under way still. @param {any} asked */
export const makePlan = (asked) => ask("/plans", { method: "POST", json: asked, patience_ms: LONG_MS });

/** @param {string} code */
export const readPlan = (code) => ask(at(code), { patience_ms: LONG_MS });

/** How solving goes, told as it goes. @param {string} code @param {string} after the id of the last event that came, or "" */
export const openProgress = (code, after) => openStream(at(code, "/progress"), { after });

/** @param {string} code */
export const cancelPlan = (code) => ask(at(code, "/cancel"), { method: "POST" });

/**
 * A plan as changes make it, saved or only tried.
 * @param {string} code
 * @param {number} revision   the one that was looked at
 * @param {{ changes?: any[], save?: boolean, revision?: number, name?: string }} wanted
 */
export const changePlan = (code, revision, wanted) => ask(at(code), { method: "PATCH", json: wanted, headers: matches(revision), patience_ms: LONG_MS });

/** @param {string} code */
export const deletePlan = (code) => ask(at(code), { method: "DELETE" });

/** Planned against walked, piece by piece. @param {string} code */
export const readResult = (code) => ask(at(code, "/result"), { patience_ms: LONG_MS });

/** Links that open a crew's own sheet until they expire. @param {string} code */
export const makeLinks = (code) => ask(at(code, "/links"), { method: "POST", json: {} });

/** Where the plan, or one crew's route, can be had as a file. @param {string} code @param {"pdf" | "gpx" | "geojson"} format @param {string} [crew] */
export const fileOf = (code, format, crew) => addressOf(at(code), { format, crew });

/** @param {string} address */
export const readFile = (address) => askFile(address, { patience_ms: LONG_MS });
