/** Files dropped anywhere on the page. */

/** @param {HTMLElement} place @param {(files: File[]) => void} taken */
export function acceptFiles(place, taken) {
  const over = (on) => place.classList.toggle("dropping", on);
  place.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    over(true);
  });
  place.addEventListener("dragleave", (event) => { if (!place.contains(/** @type {Node | null} */ (event.relatedTarget))) over(false); });
  place.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    over(false);
    taken([...event.dataTransfer.files]);
  });
}
