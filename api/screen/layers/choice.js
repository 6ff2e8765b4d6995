/** Which layers are on: the style's own wish, unless the reader switched. */

/** Whether a layer is on before anyone switches it: not where every rule of its style is hidden. @param {import("../page/api.js").Layer} layer */
export const isOnByDefault = (layer) => !layer.style.length || layer.style.some((rule) => rule.layout?.visibility !== "none");

/**
 * Whether a layer is on.
 * @param {import("../page/api.js").Layer} layer
 * @param {import("../page/store.js").State} state
 */
export const isOn = (layer, state) => state.switched[layer.id] ?? isOnByDefault(layer);

/**
 * The switches after one was turned; one that is back at its default leaves the list.
 * @param {import("../page/api.js").Layer} layer
 * @param {boolean} on
 * @param {Record<string, boolean>} switched
 */
export function switchedTo(layer, on, switched) {
  const { [layer.id]: _before, ...rest } = switched;
  return on === isOnByDefault(layer) ? rest : { ...rest, [layer.id]: on };
}
