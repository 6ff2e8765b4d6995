/** The wall page, put together: figures, map, alarms, crews and what just happened, by a token of its own. */

import { VIEW, oneOf, text } from "../page/address.js";
import { byId } from "../page/dom.js";
import { openPage } from "../page/page.js";
import { learn } from "../page/text.js";
import { CityMap } from "../map/city_map.js";
import { Alarms } from "./alarms.js";
import { Crews } from "./crews.js";
import { Debt } from "./debt.js";
import { Feed } from "./feed.js";
import { Figures } from "./figures.js";
import { Kiosk } from "./kiosk.js";
import { Panel } from "./panel.js";
import { paint, themeOf } from "./palette.js";
import { factor, whenResized } from "./scale.js";
import { Standing } from "./standing.js";
import { DRAWN, wallStyle } from "./style.js";
import { top } from "./top.js";
import { Waters } from "./waters.js";
import { en } from "./text.en.js";
import { zh } from "./text.zh.js";

learn({ zh, en });
// Before anything is drawn: the map takes its ground from the page.
const asked = new URLSearchParams(location.hash.slice(1)).get("theme") ?? "";
paint(themeOf(asked));
// An address may name a view to stand at; where the map is moved to is no part of it.
const STANDS = { ...VIEW, write: () => [] };
const page = openPage({ view: STANDS, theme: oneOf("theme", ["", "dark", "light"]), token: text("token") }, { bare: true });
const look = () => ({ theme: themeOf(page.store.state.theme), k: factor() });

page.add(top(page));
const figures = new Figures(page);
const debt = new Debt(page, look);
const alarms = new Alarms(page);
const crews = new Crews(page);
const feed = new Feed(page);
const panels = [figures, debt, alarms, crews, feed];

const standing = new Standing(page);
const waters = new Waters(look);
page.add(standing, waters);
const city = new CityMap(page, {
  holder: byId("map"),
  isOn: () => true,
  layers: () => {
    const { theme, k } = look();
    // In the wall's own order: what comes last is named first, and communities go before roads.
    return DRAWN.map((id) => page.watch.layer(id)).filter(Boolean).map((layer) => ({ ...layer, style: wallStyle(layer.id, theme, k) }));
  },
  opened: (map) => { standing.onMap(map); standing.fit(); crews.onMap(map); alarms.onMap(map); },
  drawn: (map) => { debt.drawn(map); waters.drawn(map); },
});

const kiosk = new Kiosk(page, page.store.state.token, {
  entered: () => { Panel.halted = false; return page.watch.catalogue || page.watch.problem ? page.watch.ask() : page.start(); },
  refused: () => { Panel.halted = true; alarms.dialog.close(); for (const { panel } of panels) panel.clear(); },
});
page.add(kiosk);

const repaint = () => { paint(look().theme); city.redraw(); page.render(); };
page.store.watch(["theme"], repaint);
matchMedia("(prefers-color-scheme: light)").addEventListener("change", repaint);
whenResized(() => {
  city.redraw();
  standing.fit();
  for (const one of panels) one.show();
});

Object.assign(window, { huashan: { get map() { return city.map; }, ready: city.ready, page, kiosk, panels } });
await kiosk.enter();
