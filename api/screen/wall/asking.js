/** What the wall asks the server. */

import { ask } from "../page/api.js";

/** How many days the figures look back. */
export const DAYS = 28;
/** A crew that sent nothing for so long is not on the map any more: long enough for one that went silent to be missed. */
export const OUT_MINUTES = 120;
const LISTED = 40;

/** Debt and on-time share day by day. */
export const readTrend = () => ask("/debt/trend", { query: { days: DAYS } });

/** What is overdue, piece by piece, as GeoJSON. */
export const readDebt = () => ask("/debt", { query: { format: "geojson" } });

/** What stands as an alarm. */
export const readAlarms = () => ask("/alarms");

/** Take note of an alarm. @param {string} alarm @param {{ name?: string, remark?: string }} note */
export const takeNote = (alarm, note) => ask(`/alarms/${encodeURIComponent(alarm)}/acknowledge`, { method: "POST", json: note });

/** Where the crews that are out were last. */
export const readPositions = () => ask("/positions", { query: { minutes: OUT_MINUTES } });

/** The newest patrols. */
export const readPatrols = () => ask("/patrols", { query: { limit: LISTED } });

/** The newest observations. */
export const readObservations = () => ask("/observations", { query: { limit: LISTED } });

/** Where the street lies: west, south, east, north, degrees; null where there is none. @returns {Promise<number[] | null>} */
export const readStreet = async () => (await ask("/ogc/collections/grid")).extent?.spatial?.bbox?.[0] ?? null;

/** The waters, with their shapes. */
export const readWaters = () => ask("/layers/water", { query: { limit: 100 } });

/** What kinds of observations are called. */
export const readKinds = () => ask("/observation-kinds");

/** What crews are called. */
export const readCrews = () => ask("/crews");
