/** The desk page, put together: state from the address, panels, and the map. */

import { BASE, addBase, describe } from "../map/base.js";
import { CURTAIN } from "../map/curtain.js";
import { SELECTED, SWITCHED, VIEW, oneOf } from "../page/address.js";
import { openPage } from "../page/page.js";
import { learn } from "../page/text.js";
import { basePanel } from "./base.js";
import { bookmarksTool } from "./bookmarks.js";
import { compareTool } from "./compare.js";
import { contentsPanel } from "./contents.js";
import { coveragePanel } from "./coverage.js";
import { Desk } from "./desk.js";
import { detailsPanel } from "./details.js";
import { editTools } from "./edit_tools.js";
import { AGAINST, DAY, FADE, FILTER, KNOWN, ORDER } from "./fields.js";
import { filterPanel } from "./filter.js";
import { layersPanel } from "./layers.js";
import { leftOutNote } from "./left_out.js";
import { measureTool } from "./measure.js";
import { narrowedNote } from "./narrowed.js";
import { printTool } from "./print.js";
import { searchBox } from "./search.js";
import { PANELS, tabs } from "./tabs.js";
import { en as editEn } from "./text.edit.en.js";
import { zh as editZh } from "./text.edit.zh.js";
import { en } from "./text.en.js";
import { zh } from "./text.zh.js";

learn({ zh, en });
learn({ zh: editZh, en: editEn });
const page = openPage({
  view: VIEW, switched: SWITCHED, order: ORDER, fade: FADE, filter: FILTER, day: DAY, known: KNOWN, selected: SELECTED, panel: oneOf("panel", PANELS),
  base: BASE, curtain: CURTAIN, against: AGAINST,
});
const desk = new Desk(page);
desk.details = detailsPanel(desk);
const bases = addBase(page, desk.city);
desk.bar.add(measureTool(desk), compareTool(desk), bookmarksTool(desk), printTool(desk, () => (bases.base?.usable ? describe(bases.base) : "")));
page.add(desk.bar, editTools(desk));
for (const panel of [tabs, layersPanel, contentsPanel, filterPanel, coveragePanel, leftOutNote, narrowedNote, searchBox]) page.add({ render: panel(desk) });
Object.assign(window, { huashan: { get map() { return desk.map; }, ready: desk.city.ready, desk, page } });
page.add(basePanel(desk, bases));
await page.start();
