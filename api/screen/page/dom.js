/** Building the page's elements: text is always set as text, never parsed as markup. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * An HTML element: `on…` become listeners, the rest attributes; false and null are left out.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  return /** @type {HTMLElement} */ (fill(document.createElement(tag), attributes, children));
}

/**
 * An SVG element, made the same way.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  return /** @type {SVGElement} */ (fill(document.createElementNS(SVG, tag), attributes, children));
}

/**
 * Put new children into a parent; what had the focus keeps it when a child with its `data-key` comes back.
 * @param {HTMLElement} parent
 * @param {...(Child | Child[])} children
 */
export function replace(parent, ...children) {
  const focused = document.activeElement;
  const key = focused instanceof HTMLElement && parent.contains(focused) ? focused.dataset.key : undefined;
  const scrolled = parent.scrollTop;
  parent.replaceChildren(...nodes(children));
  parent.scrollTop = scrolled;
  if (key === undefined) return;
  const again = [...parent.querySelectorAll("[data-key]")].find((node) => /** @type {HTMLElement} */ (node).dataset.key === key);
  if (again) /** @type {HTMLElement} */ (again).focus({ preventScroll: true });
}

/** The element of the page with this id. @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

/** Tell a screen reader, once. @param {string} sentence */
export function announce(sentence) {
  byId("announce").textContent = sentence;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
