/** Having a place pointed at on the map: said over it, given up by Escape; on a phone the map comes forward for it. */

import { announce, byId, h, replace } from "../page/dom.js";
import { t } from "../page/text.js";

const DIGITS = 1e6;

/** @param {import("../page/page.js").Page} page @param {() => import("../map/city_map.js").CityMap} cityOf */
export function pointer(page, cityOf) {
  let release = () => {};
  const end = (from) => {
    release();
    release = () => {};
    byId("pick").hidden = true;
    document.body.classList.remove("picking");
    page.store.set({ see: "list" }, { step: false });
    from?.focus?.();
  };
  document.addEventListener("keydown", ({ key }) => key === "Escape" && document.body.classList.contains("picking") && end(null));
  /** @param {string} what   of what place it is asked, in words @param {(place: import("./order.js").Place) => void} told */
  return (what, told) => {
    const city = cityOf();
    const from = document.activeElement;
    if (city.mapless) return announce(t("pick.mapless"));
    release();
    release = city.take((point) => {
      const { lng, lat } = city.map.unproject([point.x, point.y]);
      end(null);
      told({ name: "", lon: Math.round(lng * DIGITS) / DIGITS, lat: Math.round(lat * DIGITS) / DIGITS });
    });
    byId("pick").hidden = false;
    document.body.classList.add("picking");
    replace(byId("pick"), t("pick.say", { what }), " ", h("button", { type: "button", "data-key": "pick-none", onclick: () => end(from) }, t("pick.none")));
    page.store.set({ see: "map" }, { step: false });
    city.map?.getCanvas().focus();
    announce(t("pick.say", { what }));
  };
}
