/**
 * The state in the address, after the `#` (so that it stays in the browser), and back.
 *
 * A page says for each part of its state how the address says it:
 *
 * @typedef {object} Field
 * @property {(said: URLSearchParams) => any} read    the value; what is said wrongly is passed over
 * @property {(value: any) => [string, string][]} write   names and values; none for what is as usual
 * @typedef {Record<string, Field>} Fields
 */

/** @typedef {import("./store.js").State} State */

/**
 * What an address says.
 * @param {Fields} fields
 * @param {string} hash
 * @returns {State}
 */
export function readHash(fields, hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  return /** @type {State} */ (Object.fromEntries(Object.entries(fields).map(([name, { read }]) => [name, read(said)])));
}

/**
 * The address of a state; what is as usual is left out.
 * @param {Fields} fields
 * @param {State} state
 * @returns {string}
 */
export function writeHash(fields, state) {
  const parts = Object.entries(fields).flatMap(([name, { write }]) => write(state[name])).map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%2C/g, ",").replace(/%2F/g, "/")}`);
  return parts.length ? `#${parts.join("&")}` : "";
}

/**
 * Keep address and store alike: a step is a new entry of the history, a moved map rewrites the entry.
 * @param {Fields} fields
 * @param {import("./store.js").Store} store
 */
export function followAddress(fields, store) {
  let applying = false;
  store.watch(Object.keys(fields), (state, step) => {
    if (applying) return;
    const address = location.pathname + location.search + writeHash(fields, state);
    if (step) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  });
  window.addEventListener("popstate", () => {
    applying = true;
    store.set(readHash(fields, location.hash));
    applying = false;
  });
}

/** A part that is one of a few words; the first is the usual one. @param {string} name @param {string[]} words @returns {Field} */
export const oneOf = (name, words) => ({
  read: (said) => (words.includes(said.get(name) ?? "") ? said.get(name) ?? "" : words[0]),
  write: (value) => (value === words[0] ? [] : [[name, value]]),
});

/** A part that is any text; usually "". @param {string} name @returns {Field} */
export const text = (name) => ({ read: (said) => said.get(name) ?? "", write: (value) => (value ? [[name, value]] : []) });

/** `lang=en`; Chinese unless said. @type {Field} */
export const LANGUAGE = oneOf("lang", ["zh", "en"]);

/** `at=114.52,30.56,12.5`; null unless said. @type {Field} */
export const VIEW = {
  read: (said) => viewOf(said.get("at")),
  write: (view) => (view ? [["at", `${view.lon.toFixed(5)},${view.lat.toFixed(5)},${view.zoom.toFixed(2)}`]] : []),
};

/** `see=bank/17`; null unless said. @type {Field} */
export const SELECTED = {
  read: (said) => {
    const [layer, id, ...more] = (said.get("see") ?? "").split("/");
    return layer && id && more.length === 0 ? { layer, id } : null;
  },
  write: (selected) => (selected ? [["see", `${selected.layer}/${selected.id}`]] : []),
};

/** `on=zone&off=grid,road`; the layers that differ from their default, by id. @type {Field} */
export const SWITCHED = {
  read: (said) => Object.fromEntries([["on", true], ["off", false]].flatMap(
    ([name, on]) => (said.get(/** @type {string} */ (name)) ?? "").split(",").filter(Boolean).map((id) => [id, on]))),
  write: (switched) => /** @type {[string, boolean][]} */ ([["on", true], ["off", false]]).map(
    ([name, wanted]) => /** @type {[string, string]} */ ([name, Object.keys(switched).filter((id) => switched[id] === wanted).sort().join(",")]),
  ).filter(([, ids]) => ids),
};

function viewOf(text) {
  const [lon, lat, zoom] = (text ?? "").split(",").map(Number);
  const sound = text && Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 24;
  return sound ? { lon, lat, zoom } : null;
}
