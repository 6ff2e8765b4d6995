/** The head of the wall: whose it is, the clock, whether it is live, and the switches. */

import { byId, h, replace } from "../page/dom.js";
import { freshness } from "../page/freshness.js";
import { say, t } from "../page/text.js";
import { themeOf } from "./palette.js";

/** @param {import("../page/page.js").Page} page */
export function top(page) {
  const title = h("h1", {});
  const banner = h("p", { id: "banner", class: "banner", role: "status", hidden: true });
  const theme = h("button", { type: "button", id: "theme", class: "quiet", onclick: () => page.store.set({ theme: themeOf(page.store.state.theme) === "dark" ? "light" : "dark" }, { step: false }) });
  const language = h("button", { type: "button", id: "language", class: "quiet", onclick: () => page.store.set({ language: page.store.state.language === "zh" ? "en" : "zh" }, { step: false }) });
  // Who came here from another page goes back; a wall that holds a token of its own has nobody to click.
  const back = h("a", { id: "back", class: "quiet", hidden: page.store.state.token !== "" });
  byId("top").append(title, banner, h("div", { id: "freshness", class: "freshness" }), h("div", { class: "tools" }, back, h("div", { id: "session" }), theme, language));
  page.add(freshness(page));
  const render = () => {
    const { deployment, sample } = page.watch.catalogue ?? {};
    title.textContent = [deployment?.name, t("wall.title")].filter(Boolean).join(" ");
    document.title = title.textContent;
    banner.hidden = !sample || sample === "real";
    if (!banner.hidden) replace(banner, h("strong", {}, t(`banner.${sample}`)));
    banner.title = banner.hidden ? "" : t(`banner.${sample}.more`);
    back.href = page.store.state.language === "en" ? "/#lang=en" : "/";
    back.textContent = t("wall.back");
    theme.textContent = t(themeOf(page.store.state.theme) === "dark" ? "wall.light" : "wall.dark");
    language.textContent = t("language.other");
    language.setAttribute("aria-label", t("language.switch"));
    for (const [id, words] of [["city", t("debt.title")], ["alarms", t("alarms.title")], ["crews", t("crews.title")], ["feed", t("feed.title")]]) byId(id).setAttribute("aria-label", say(words));
  };
  return { render };
}
