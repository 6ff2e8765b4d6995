/** Sizes: all grow with the wall, so that what is legible at 1920 × 1080 is at 3840 × 2160. */

/** How much larger everything is than on a wall of 1920 × 1080; the style sheet says it, by the size of a rem. */
export const factor = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;

/** Call whenever the size of the wall is another. @param {() => void} act */
export function whenResized(act) {
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(act, 200);
  });
}
