/** The page of land checks, put together: what is asked, the check that is open, one's own checks; and the map beside them. */

import { addBase, BASE } from "../map/base.js";
import { SWITCHED, VIEW, oneOf, text } from "../page/address.js";
import { byId } from "../page/dom.js";
import { openPage } from "../page/page.js";
import { learn, t } from "../page/text.js";
import { Views } from "../page/views.js";
import { Batches } from "./batches.js";
import { acceptFiles } from "./dropping.js";
import { Form } from "./form.js";
import { History } from "./history.js";
import { LandMap } from "./land_map.js";
import { Many } from "./many.js";
import { One } from "./one.js";
import { OpenBatch } from "./open_batch.js";
import { Opened } from "./opened.js";
import { mayAsk } from "./rights.js";
import { en } from "./text.en.js";
import { zh } from "./text.zh.js";
import { en as answerEn } from "./text.answer.en.js";
import { zh as answerZh } from "./text.answer.zh.js";

learn({ zh: { ...zh, ...answerZh }, en: { ...en, ...answerEn } });
const page = openPage({
  view: VIEW, base: BASE, tab: oneOf("tab", ["new", "all", "many"]), check: text("check"), batch: text("batch"), lit: text("lit"), scheme: text("scheme"), see: oneOf("see", ["list", "map"]), switched: SWITCHED,
});
const { store } = page;
const opened = new Opened(page);
const form = new Form(page, { cityOf: () => map.city, make: (order) => opened.make(order), batch: (order) => batch.make(order) });
const one = new One(opened, { zone: (kind, name) => map.zoneName(kind, name) });
const history = new History(page);
const batch = new OpenBatch(opened);
const many = new Many(batch, new Batches(page));
/** The check that was looked at last: its tab stays. */
let last = "";
store.watch(["check"], ({ check }) => { last = check || last; });
const views = new Views(page, { new: form, one, all: history, many }, {
  keys: ["check", "tab"], label: () => t("land.tabs"), words: (name) => t(`land.tab.${name}`),
  open: () => (store.state.check ? "one" : store.state.tab),
  offered: () => ["new", (last ||= store.state.check) && "one", "all", "many"].filter(Boolean),
  go: (name) => store.set({ check: name === "one" ? last : "", tab: name === "one" ? store.state.tab : name, lit: "", see: "list" }),
  barred: () => (page.watch.catalogue && !mayAsk(page) ? t("land.barred") : ""),
});
const map = new LandMap(opened, form, views, batch);
opened.gone = history.gone = (code) => {
  if (code === last) last = "";
  views.render();
};
form.onchange = () => map.render();
map.onrow = (number) => many.reveal(number);
form.onplace = (candidate) => map.showPlace(candidate);
store.watch(["check", "tab"], () => views.open !== "new" && form.leave());
acceptFiles(byId("panel").closest("main") ?? document.body, (files) => {
  if (!mayAsk(page)) return;
  store.set({ check: "", tab: "new", lit: "", see: "list" });
  form.drop(files);
});
// Wherever the focus is: after a drawing it is on the map.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && views.open === "new" && mayAsk(page)) form.make();
});
addBase(page, map.city);
page.add(opened, batch, form, views, one, history, many, map);
Object.assign(window, { huashan: { get map() { return map.city.map; }, ready: Promise.all([form.ready, map.city.ready]).then(() => true), page, opened, form, batch } });
await page.start();
