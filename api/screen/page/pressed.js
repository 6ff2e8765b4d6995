/**
 * Drawing anew only when no button is being pressed: who goes from a field straight to a button presses it in the moment
 * in which the field tells its change, and a button that is replaced under the pointer is never clicked.
 */

let down = false;
/** @type {(() => void)[]} */
let waiting = [];

document.addEventListener("pointerdown", () => { down = true; }, true);
for (const name of ["pointerup", "pointercancel", "dragend"]) window.addEventListener(name, released, true);
// The window's own: a field that is left for a button tells that it lost the focus in the middle of the press.
window.addEventListener("blur", ({ target }) => { if (target === window) released(); }, true);

function released() {
  down = false;
  setTimeout(flush);
}

function flush() {
  if (down) return;
  const acts = waiting;
  waiting = [];
  for (const act of new Set(acts)) act();
}

/** Do it now, or after the click that is under way. @param {() => void} act */
export function afterPress(act) {
  if (down) waiting.push(act);
  else act();
}
