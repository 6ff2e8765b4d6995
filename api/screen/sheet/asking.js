/** What the page asks the server: its own sheet, by the token that is in the address after the `#`. */

import { ask } from "../page/api.js";

/**
 * @typedef {{ name: string, post?: string, debt_m_days?: number, debt_target_days?: number }} Duty
 * @typedef {{ app: string, datum: "gcj02" | "wgs84", url: string }} Way   with {lon}, {lat} and {name} to be filled in
 * @typedef {object} Stop
 * @property {string} mark       起, 1, 2, …, 终
 * @property {"start" | "piece" | "break" | "appointment" | "end"} kind
 * @property {string | null} piece
 * @property {string} name
 * @property {string} title
 * @property {string} arrive_at
 * @property {string} from_at
 * @property {string} to_at
 * @property {number} length_m
 * @property {[number, number]} place
 * @property {[number, number]} line   first and last vertex of the route's line
 * @property {boolean} unverified
 * @property {boolean} combined
 * @property {Duty[]} duties
 * @property {[number, number]} gcj02   the place in the datum of Chinese map apps
 *
 * @typedef {object} Route
 * @property {string} route
 * @property {string} day
 * @property {string} from_at
 * @property {string} to_at
 * @property {number} length_m
 * @property {number} moving_s
 * @property {number} service_s
 * @property {number} waiting_s
 * @property {string[]} over
 * @property {string[]} passed   seen on the way to something else, without a stop
 * @property {{ coordinates: [number, number][] }} line
 * @property {Stop[]} stops
 * @property {{ text: string, length_m: number, place: [number, number], stop: number | null }[]} directions
 *
 * @typedef {{ layer: string, name: string, main: boolean, area: boolean, parts: [number, number][][] }} Shape
 *
 * @typedef {object} Sheet
 * @property {{ code: string, name: string | null, revision: number, made_at: string, known_at: string }} plan
 * @property {string} planned
 * @property {{ name: string, mode: string }} crew
 * @property {string} now
 * @property {string} timezone
 * @property {string} expires_at
 * @property {Way[]} ways
 * @property {Route[]} routes
 * @property {Shape[]} ground
 */

/** @param {string} token @returns {Promise<Sheet>} */
export const readSheet = (token) => ask(`/sheets/${encodeURIComponent(token)}`);

/** Where the track for a phone's navigation app is. @param {string} token */
export const gpxAddress = (token) => `/sheets/${encodeURIComponent(token)}/gpx`;

/** Where the sheet to print is. @param {string} token */
export const pdfAddress = (token) => `/sheets/${encodeURIComponent(token)}/pdf`;
