/** The page of plans, put together: what is to be planned, the plan that is open, all plans; and the map beside them. */

import { addBase, BASE } from "../map/base.js";
import { VIEW, oneOf, text } from "../page/address.js";
import { openPage } from "../page/page.js";
import { learn, t } from "../page/text.js";
import { Views } from "../page/views.js";
import { Form } from "./form.js";
import { Listing } from "./listing.js";
import { Look } from "./look.js";
import { One, PARTS } from "./one.js";
import { Opened } from "./opened.js";
import { pointer } from "./pick.js";
import { PlanMap } from "./plan_map.js";
import { mayPlan, mayRead } from "./rights.js";
import { en } from "./text.en.js";
import { zh } from "./text.zh.js";
import { en as answerEn } from "./text.answer.en.js";
import { zh as answerZh } from "./text.answer.zh.js";

learn({ zh: { ...zh, ...answerZh }, en: { ...en, ...answerEn } });
const page = openPage({
  view: VIEW, base: BASE, tab: oneOf("tab", ["new", "all"]), plan: text("plan"), part: oneOf("part", PARTS), route: text("route"), piece: text("piece"), day: text("day"), see: oneOf("see", ["list", "map"]),
});
const opened = new Opened(page);
const look = new Look(opened);
const form = new Form(page, (body) => opened.make(body), pointer(page, () => map.city));
const one = new One(opened, look);
const listing = new Listing(page);
/** The plan that was looked at last: its tab stays. */
let last = "";
page.store.watch(["plan"], ({ plan }) => { last = plan || last; });
const views = new Views(page, { new: form, one, all: listing }, {
  keys: ["plan", "tab"], label: () => t("plan.tabs"), words: (name) => t(`plan.tab.${name}`),
  open: () => (page.store.state.plan ? "one" : page.store.state.tab === "all" || !mayPlan(page) ? "all" : "new"),
  offered: () => [mayPlan(page) && "new", (last ||= page.store.state.plan) && "one", "all"].filter(Boolean).map(String),
  go: (name) => page.store.set({ plan: name === "one" ? last : "", tab: name === "all" ? "all" : "new", see: "list" }),
  barred: () => (page.watch.catalogue && !mayRead(page) ? t("plan.barred") : ""),
});
const map = new PlanMap(opened, look, form, views);
form.onchange = () => map.render();
addBase(page, map.city);
page.add(opened, form, views, one, listing, map);
Object.assign(window, { huashan: { get map() { return map.city.map; }, ready: Promise.all([form.ready, map.city.ready]).then(() => true), page, opened, form } });
await page.start();
