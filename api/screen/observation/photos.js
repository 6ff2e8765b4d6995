/** The photos of an observation: small, and large over the page; each with what it says of its time and place. */

import { h, replace } from "../page/dom.js";
import { number, t } from "../page/text.js";
import { minute } from "../page/time.js";

/** @param {any[]} photos */
export function photosOf(photos) {
  if (!photos.length) return null;
  return h("ul", { class: "photos", "aria-label": t("photos.title") }, photos.map((photo, place) => h("li", {},
    h("button", { type: "button", class: "photo", "data-key": `photo-${photo.sha256}`, "aria-label": t("photos.enlarge", { n: place + 1 }), onclick: () => enlarge(photos, place) },
      h("img", { src: photo.href, alt: altOf(photo, place), loading: "lazy" })),
    h("p", { class: "hint" }, t(`photos.${photo.shows}`), photo.taken_at && ` · ${minute(photo.taken_at)}`), warnings(photo))));
}

const altOf = (photo, place) => `${t("photos.one", { n: place + 1 })} · ${t(`photos.${photo.shows}`)}`;

/** What does not fit is said, and left to people to judge. */
function warnings(photo) {
  return [photo.far && h("p", { class: "warned" }, `▲ ${t("photos.far", { m: number(photo.distance_m) })}`),
    photo.untimely && h("p", { class: "warned" }, `▲ ${t("photos.untimely", { h: number(Math.abs(photo.apart_s) / 3600) })}`)];
}

function enlarge(photos, first) {
  let place = first;
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "photo-large", "aria-label": t("photos.title") }));
  const step = (by) => { place = (place + by + photos.length) % photos.length; show(); };
  const show = () => replace(dialog, h("img", { src: photos[place].href, alt: altOf(photos[place], place) }),
    h("div", { class: "buttons" }, photos.length > 1 && h("button", { type: "button", "data-key": "photo-before", onclick: () => step(-1) }, t("photos.before")),
      h("span", {}, `${place + 1} / ${photos.length} · ${t(`photos.${photos[place].shows}`)}`),
      photos.length > 1 && h("button", { type: "button", "data-key": "photo-after", onclick: () => step(1) }, t("photos.after")),
      h("button", { type: "button", "data-key": "photo-close", autofocus: true, onclick: () => dialog.close() }, t("close"))));
  dialog.addEventListener("keydown", (event) => { if (event.key === "ArrowLeft") step(-1); else if (event.key === "ArrowRight") step(1); });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  show();
  document.body.append(dialog);
  dialog.showModal();
}
