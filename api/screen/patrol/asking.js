/** What the patrols' page asks the server. */

import { ask, askWhole } from "../page/api.js";

const part = encodeURIComponent;
/** A month of many crews is worked out anew, and a track of a day is taken in, in so long at most. */
const LONG_MS = 60_000;

/** The days on which patrols started. @returns {Promise<{ days: { day: string, patrols: number }[] }>} */
export const readDays = () => ask("/playback/days");

/** The patrols of a period with their legs, and as of when. @param {{ from: string, to: string }} period */
export async function readPlayback({ from, to }) {
  const { data, headers } = await askWhole("/playback", { query: { from, to }, patience_ms: LONG_MS });
  return { ...data, known_at: headers.get("Known-At") };
}

/** What of a layer's lines was first seen when; with where these are. @param {string} layer @param {{ from: string, to: string }} period */
export const readGrowth = (layer, { from, to }) => (
  ask(`/playback/growth/${part(layer)}`, { query: { from, to, shapes: true }, patience_ms: LONG_MS }));

/** Who saw what of a line, at one bound. @param {{ layer: string, code: string }} line @param {{ from: string, to: string }} period @param {string} bound */
export const readTimeline = ({ layer, code }, { from, to }, bound) => (
  ask(`/coverage/${part(layer)}/${part(code)}/timeline`, { query: { from, to, bound }, patience_ms: LONG_MS }));

/** The patrols of a period, without their legs. @param {{ from: string, to: string }} period */
export const readPatrols = ({ from, to }) => ask("/patrols", { query: { from, to, limit: 5000 } });

/** One metre of a line. @param {{ layer: string, code: string }} line @param {Record<string, any>} where `chainage_m`, or `lon` and `lat`; `at` */
export const readMetre = ({ layer, code }, where) => ask(`/coverage/${part(layer)}/${part(code)}/at`, { query: where });

/** Where the crews that are out are now. */
export const readPositions = () => ask("/positions");

/** The crews, and the posts, of today. */
export const readCrews = () => ask("/crews");
export const readPosts = () => ask("/posts");

const KINDS = { gpx: "application/gpx+xml", csv: "text/csv", geojson: "application/geo+json", json: "application/json" };

/** Whether a file is of a kind that can be handed in. @param {string} name */
export const isTrack = (name) => name.toLowerCase().split(".").pop() in KINDS;

/**
 * Hand a track in, or try what it would see.
 * @param {File} file
 * @param {Record<string, any>} said   mode, datum, crew, post, device
 * @param {boolean} dry_run
 */
export const handIn = (file, said, dry_run) => ask("/patrols", {
  method: "POST", query: { ...said, dry_run: dry_run || "" }, body: file, patience_ms: LONG_MS,
  headers: { "Content-Type": KINDS[file.name.toLowerCase().split(".").pop() ?? ""] ?? "application/octet-stream" },
});

/** What a patrol saw, target by target. @param {string} code */
export const readSaw = (code) => ask(`/patrols/${part(code)}/saw`);
