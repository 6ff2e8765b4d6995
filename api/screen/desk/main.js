/** The desk page, put together: state from the address, panels, and the map. */

import { SELECTED, SWITCHED, VIEW, oneOf } from "../page/address.js";
import { BASE, addBase } from "../map/base.js";
import { CURTAIN } from "../map/curtain.js";
import { openPage } from "../page/page.js";
import { learn } from "../page/text.js";
import { basePanel } from "./base.js";
import { contentsPanel } from "./contents.js";
import { coveragePanel } from "./coverage.js";
import { Desk } from "./desk.js";
import { detailsPanel } from "./details.js";
import { layersPanel } from "./layers.js";
import { leftOutNote } from "./left_out.js";
import { PANELS, tabs } from "./tabs.js";
import { en } from "./text.en.js";
import { zh } from "./text.zh.js";

learn({ zh, en });
const page = openPage({ view: VIEW, switched: SWITCHED, selected: SELECTED, panel: oneOf("panel", PANELS), base: BASE, curtain: CURTAIN });
const desk = new Desk(page);
desk.details = detailsPanel(desk);
for (const panel of [tabs, layersPanel, contentsPanel, coveragePanel, leftOutNote]) page.add({ render: panel(desk) });
Object.assign(window, { huashan: { get map() { return desk.map; }, ready: desk.city.ready, desk, page } });
page.add(basePanel(desk, addBase(page, desk.city)));
await page.start();
