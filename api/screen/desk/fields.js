/**
 * What the desk's address says beside place, switches and choice: the order and fading of layers, what is filtered, and
 * the time that is shown. What is said wrongly is passed over: an address comes from anywhere.
 *
 * @typedef {[column: string, operator: string, value: string]} Term
 * @typedef {{ where: Term[], area: [number, number][] | null }} Filter   of one layer: all its terms hold, and it lies there
 */

const ID = /^[\w-]{1,60}$/;
const MOST_TERMS = 12;
export const MOST_CORNERS = 100;

/** `order=site,bank,road`: ids from the top. @type {import("../page/address.js").Field} */
export const ORDER = {
  read: (said) => [...new Set((said.get("order") ?? "").split(",").filter((id) => ID.test(id)))],
  write: (order) => (order.length ? [["order", order.join(",")]] : []),
};

/** `fade=landuse.40,water.70`: percent of what is seen of a layer, where that is not all. @type {import("../page/address.js").Field} */
export const FADE = {
  read: (said) => Object.fromEntries((said.get("fade") ?? "").split(",").map((part) => part.split(".")).filter(
    ([id, percent]) => ID.test(id) && /^\d{1,2}$/.test(percent ?? "")).map(([id, percent]) => [id, Number(percent)])),
  write: (fade) => {
    const parts = Object.keys(fade).filter((id) => fade[id] < 100).sort().map((id) => `${id}.${fade[id]}`);
    return parts.length ? [["fade", parts.join(",")]] : [];
  },
};

/** `filter={"site":[[["kind","=","outfall"]],"114.5 30.5,…"]}`. @type {import("../page/address.js").Field} */
export const FILTER = {
  read: (said) => {
    try {
      const told = JSON.parse(said.get("filter") ?? "{}");
      return Object.fromEntries(Object.entries(told).filter(([id]) => ID.test(id)).map(([id, [where, area]]) => [id, read(where, area)])
        .filter(([, one]) => isFilter(one)));
    } catch {
      return {};
    }
  },
  write: (filter) => {
    const told = Object.entries(filter).filter(([, one]) => isFilter(one));
    if (told.length === 0) return [];
    return [["filter", JSON.stringify(Object.fromEntries(told.map(([id, { where, area }]) => [id, area ? [where, written(area)] : [where]])))]];
  },
};

/** `day=2026-06-30`: which day is shown; today unless said. @type {import("../page/address.js").Field} */
export const DAY = {
  read: (said) => (/^\d{4}-\d\d-\d\d$/.test(said.get("day") ?? "") ? said.get("day") : ""),
  write: (day) => (day ? [["day", day]] : []),
};

/** `known=2026-06-30T08:00`: as was known then; now unless said. @type {import("../page/address.js").Field} */
export const KNOWN = {
  read: (said) => (/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(said.get("known") ?? "") ? said.get("known") : ""),
  write: (known) => (known ? [["known", known]] : []),
};

/** `against=2026-06-30,2026-07-01T08:00,40`: with which other time the map is compared; null for none. @type {import("../page/address.js").Field} */
export const AGAINST = {
  read: (said) => {
    const [day, known, at] = (said.get("against") ?? "").split(",");
    const other = { day: DAY.read(new URLSearchParams({ day })), known: KNOWN.read(new URLSearchParams({ known: known ?? "" })), at: Number(at) || 50 };
    return (other.day || other.known) && other.at >= 0 && other.at <= 100 ? other : null;
  },
  write: (other) => (other ? [["against", [other.day, other.known, other.at === 50 ? "" : other.at].join(",").replace(/,+$/, "")]] : []),
};

/** Whether a filter leaves anything out. @param {Filter | undefined} filter */
export const isFilter = (filter) => Boolean(filter && (filter.where.length || filter.area));

const written = (area) => area.map(([lon, lat]) => `${lon.toFixed(6)} ${lat.toFixed(6)}`).join(",");

/** @returns {Filter} */
function read(where, area) {
  const terms = (Array.isArray(where) ? where : []).filter((term) => Array.isArray(term) && term.length === 3 && term.every((part) => typeof part === "string"));
  return { where: /** @type {Term[]} */ (terms.slice(0, MOST_TERMS)), area: cornersOf(area) };
}

/** @returns {[number, number][] | null} */
function cornersOf(text) {
  const corners = String(text ?? "").split(",").map((corner) => corner.trim().split(/\s+/).map(Number));
  const sound = corners.length >= 3 && corners.length <= MOST_CORNERS
    && corners.every(([lon, lat, ...more]) => more.length === 0 && Math.abs(lon) <= 180 && Math.abs(lat) <= 85);
  return sound ? /** @type {[number, number][]} */ (corners) : null;
}
