/** The page of duties, put together: who is behind this month, and what posts, crews, devices and duties there are. */

import { oneOf, text } from "../page/address.js";
import { byId } from "../page/dom.js";
import { openPage } from "../page/page.js";
import { learn } from "../page/text.js";
import { MonthPanel } from "./month.js";
import { RegisterPanel } from "./register.js";
import { Saved } from "./saved.js";
import { PANELS, tabs } from "./tabs.js";
import { en } from "./text.en.js";
import { zh } from "./text.zh.js";

learn({ zh, en });
const page = openPage({ tab: oneOf("tab", PANELS), month: text("month"), find: text("find"), open: text("open") });
const saved = new Saved(page, byId("duty-saved"));
const panels = Object.fromEntries(["duties", "posts", "crews", "devices"].map((name) => [name, new RegisterPanel(page, name, saved)]));
const month = new MonthPanel(page, byId("duty-month"));
saved.onchange = (register) => panels[register].load();
page.store.watch(["tab", "month"], () => page.render());
page.add(tabs(page), saved, month, ...Object.values(panels));
Object.assign(window, { huashan: { page, ready: Promise.race([month, ...Object.values(panels)].map((panel) => panel.ready)), panels, month } });
await page.start();
