/** What editing asks the server: OGC API Features part 4, each write on the version that was seen. */

import { ask, askWhole } from "../page/api.js";

const GEOJSON = "application/geo+json";
const MERGE_PATCH = "application/merge-patch+json";

/**
 * A feature as it stood at one time.
 * @typedef {{ id: string, properties: Record<string, any>, geometry: any, etag: string, notes: string[] }} Version
 */

const itemsOf = (layer) => `/ogc/collections/${encodeURIComponent(layer)}/items`;
const itemOf = (layer, id) => `${itemsOf(layer)}/${encodeURIComponent(id)}`;

/** A layer's columns as JSON Schema, in both languages. @param {string} layer */
export async function readSchemas(layer) {
  const path = `/ogc/collections/${encodeURIComponent(layer)}/schema`;
  const [zh, en] = await Promise.all(["zh", "en"].map((lang) => ask(path, { query: { f: "json", lang } })));
  return { zh, en };
}

/** @param {string} layer @param {string} id @returns {Promise<Version>} */
export const readVersion = async (layer, id) => versionOf(await askWhole(itemOf(layer, id), { headers: { Accept: GEOJSON } }));

/** @param {string} layer @param {any} feature @param {{ dry?: boolean }} [options] @returns {Promise<Version>} */
export const addFeature = async (layer, feature, { dry } = {}) => versionOf(await askWhole(itemsOf(layer), {
  method: "POST", query: { dry_run: dry || undefined }, body: JSON.stringify({ type: "Feature", ...feature }), headers: { "Content-Type": GEOJSON },
}));

/** Change what is named, on this version alone. @param {string} layer @param {string} id @param {any} change @param {string} etag @param {{ dry?: boolean }} [options] @returns {Promise<Version>} */
export const changeFeature = async (layer, id, change, etag, { dry } = {}) => versionOf(await askWhole(itemOf(layer, id), {
  method: "PATCH", query: { dry_run: dry || undefined }, body: JSON.stringify({ type: "Feature", ...change }),
  headers: { "Content-Type": MERGE_PATCH, "If-Match": etag },
}));

/** End a feature today, on this version alone. @param {string} layer @param {string} id @param {string} etag */
export const endFeature = (layer, id, etag) => ask(itemOf(layer, id), { method: "DELETE", headers: { "If-Match": etag } });

function versionOf({ data, etag }) {
  const feature = data.after ?? data;
  return { id: String(feature.id ?? ""), properties: feature.properties ?? {}, geometry: feature.geometry, etag: etag ?? "", notes: data.notes ?? [] };
}
