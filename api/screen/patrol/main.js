/** The patrols' page, put together: which days, who went out, what grew; the map, the timeline, the diagram, one metre. */

import { CityMap } from "../map/city_map.js";
import { goTo } from "../map/map.js";
import { VIEW, oneOf, text } from "../page/address.js";
import { byId } from "../page/dom.js";
import { openPage } from "../page/page.js";
import { learn } from "../page/text.js";
import { crewsPart } from "./crews.js";
import { daysPart } from "./days.js";
import { Diagram } from "./diagram.js";
import { figuresPart } from "./figures.js";
import { HandIn } from "./handin.js";
import { Metre } from "./metre.js";
import { namedPart } from "./named.js";
import { Panel } from "./panel.js";
import { LENGTHS, Replay, SPEEDS, TRAILS } from "./replay.js";
import { en } from "./text.en.js";
import { zh } from "./text.zh.js";
import { modePart, timelinePart } from "./timeline.js";
import { GROUND_LAYERS, WaysMap } from "./ways_map.js";

learn({ zh, en });
const speeds = ["60", ...SPEEDS.map(String).filter((speed) => speed !== "60")];
const page = openPage({
  view: VIEW, day: text("day"), days: oneOf("days", LENGTHS), time: text("time"), speed: oneOf("speed", speeds), trail: oneOf("trail", TRAILS), off: text("off"), line: text("line"), see: text("see"),
});
const replay = new Replay(page);
const ways = new WaysMap(replay);
const panel = new Panel();
const metre = new Metre(replay, panel, ways);
const diagram = new Diagram(replay, (line, where) => metre.open(line, where));
const city = new CityMap(page, {
  holder: byId("map"),
  isOn: ({ id }) => GROUND_LAYERS.has(id),
  opened: (map) => ways.opened(map),
  drawn: (map) => ways.raise(map),
  pointed: (point) => {
    const found = ways.lineAt(point);
    if (found) metre.open(found, { lon: found.lon, lat: found.lat });
    else panel.close();
  },
});
ways.look = (box) => city.map && goTo(city.map, box);
page.add(
  replay, diagram, metre, new HandIn(replay, panel, ways), daysPart(replay), figuresPart(replay, ({ layer, code }) => page.store.set({ line: `${layer}/${code}` })),
  crewsPart(replay, () => ways.box && ways.look(ways.box)), timelinePart(replay), modePart(replay), namedPart(replay, (box) => ways.look(box)),
);
Object.assign(window, { huashan: { get map() { return city.map; }, ready: city.ready, page, replay } });
await page.start();
