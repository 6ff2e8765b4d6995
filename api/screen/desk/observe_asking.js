/** What recording an observation asks the server. */

import { ask } from "../page/api.js";
import { PHOTO_PATIENCE_MS } from "../page/photo_choice.js";

/** Families of observations with their kinds, as data. @returns {Promise<{ families: any[] }>} */
export const readKinds = () => ask("/observation-kinds");

/** Hand in an observation; under its key it is taken once, however often it is sent. @param {any} found */
export const handIn = (found) => ask("/observations", { method: "POST", json: found });

/** One observation's number as a feature of its layer. @param {string} code @returns {Promise<string | null>} */
export const numberOf = async (code) => {
  const { features } = await ask("/layers/observation", { query: { code } });
  return features.length ? String(features[0].id) : null;
};

/** @param {string} code @param {File} file */
export const sendPhoto = (code, file) => ask(`/observations/${encodeURIComponent(code)}/photos`, {
  method: "POST", body: file, headers: { "Content-Type": file.type }, patience_ms: PHOTO_PATIENCE_MS,
});
