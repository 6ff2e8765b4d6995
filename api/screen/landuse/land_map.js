/** The map of the page: parcels and zones to draw by, the outline that was read, or the pieces of the answer; and what is lit up. */

import { faded } from "../layers/dress.js";
import { CityMap } from "../map/city_map.js";
import { goTo } from "../map/map.js";
import { boxOf } from "../map/view.js";
import { byId } from "../page/dom.js";
import { say } from "../page/text.js";
import { Facts } from "./facts.js";
import { drawLegend } from "./land_legend.js";
import { shapesOf } from "./lit.js";
import { candidateFeatures, collection, faultFeatures, feature, markFeatures, outlineFeatures, pieceFeatures, shapesIn, vertexFeatures, zoneFeatures } from "./map_features.js";
import { FAULT_HATCH, FAULT_LOOK, SOURCES, familyColours, hatchOf, lendHatch, named, rulesOf, zoneLooks } from "./map_rules.js";

const GROUND = new Set(["water", "road", "landuse", "zone"]);
/** As what one draws by, not what one looks at. */
/** An outline may be a house: nearer than the other pages go. */
const CLOSEST = 19;
const TOUCH_PX = 5;
const FADED = { landuse: 0.55 };

export class LandMap {
  #page;
  #opened;
  #form;
  #views;
  #batch;
  #facts;
  /** @type {string[]} */ #rules = [];
  #drawn = "";
  #from = /** @type {any[]} */ ([]);
  #went = "";

  /**
   * @param {import("./opened.js").Opened} opened
   * @param {import("./form.js").Form} form
   * @param {import("../page/views.js").Views} views
   * @param {import("./open_batch.js").OpenBatch} batch
   */
  constructor(opened, form, views, batch) {
    const { page } = opened;
    this.#page = page;
    this.#opened = opened;
    this.#form = form;
    this.#views = views;
    this.#batch = batch;
    batch.hear(() => this.render());
    this.city = new CityMap(page, {
      holder: byId("map"), isOn: ({ id }) => this.isOn(id), layers: () => this.#layers(),
      opened: (map) => this.#opening(map),
      drawn: (map) => { for (const id of this.#rules) map.moveLayer(id); form.drawing.show(); },
      pointed: (point) => this.#pick(point),
    });
    this.#facts = new Facts(opened, () => this.city.map);
    opened.hear(() => this.render());
    page.store.watch(["check", "tab", "lit", "switched", "batch"], () => { this.city.showOnly(); this.render(); });
  }

  /** @type {(number: number) => void} an outline of a batch was pressed */ onrow = () => {};

  /** Whether a layer is on: parcels are what one draws by, and not shown under the pieces of an answer. @param {string} id */
  isOn(id) {
    return this.#page.store.state.switched[id] ?? (id !== "landuse" || this.#views.open !== "one");
  }

  /** What a kind of zone is called, in the catalogue's own legend. @param {string} kind @param {string} name */
  zoneName(kind, name) {
    return say(zoneLooks(this.#page.watch.layer("zone"))[kind]?.legend) || name;
  }

  spoken() { this.#from = []; }

  #layers() {
    return this.#page.watch.layers.filter(({ id }) => GROUND.has(id)).map((layer) => (FADED[layer.id] ? { ...layer, style: faded(layer.style, FADED[layer.id]) } : layer));
  }

  #opening(map) {
    const { watch } = this.#page;
    for (const source of SOURCES) map.addSource(named(source), { type: "geojson", data: collection([]) });
    lendHatch(map, FAULT_HATCH, FAULT_LOOK);
    for (const [kind, look] of Object.entries(zoneLooks(watch.layer("zone")))) lendHatch(map, hatchOf(kind), look);
    const rules = rulesOf(familyColours(watch.layer("landuse")));
    this.#rules = rules.map(({ id }) => id);
    for (const rule of rules) map.addLayer(rule);
    this.#facts.follow(map);
    this.#drawn = "";
    this.#from = [];
    this.render();
  }

  render() {
    const { open } = this.#views;
    const answer = open === "one" ? this.#opened.answer : null;
    drawLegend(byId("legend"), { answer, page: this.#page, map: this, asked: open === "new" || open === "many", counts: open === "many" && this.#batch.code ? this.#batch.batch?.counts : null });
    const { map } = this.city;
    if (!map?.getSource(named("lit"))) return;
    this.#draw(map, open, answer);
    this.#light(map, answer);
    this.#go(map, open, answer);
    this.#facts.render(answer);
  }

  #draw(map, open, answer) {
    const { reading, order, drawing } = this.#form;
    const from = [map, open, answer, reading.read, reading.candidates, order.crs, order.axes, drawing.open, drawing.kept, this.#batch.outline, this.#batch.rows];
    if (from.length === this.#from.length && from.every((one, at) => one === this.#from[at])) return;
    this.#from = from;
    const drawn = answer ? this.#answer(answer) : open === "new" ? this.#asked() : open === "many" ? this.#row() : {};
    const now = JSON.stringify(drawn);
    if (now !== this.#drawn) for (const source of SOURCES) if (source !== "lit") map.getSource(named(source)).setData(collection(drawn[source] ?? []));
    this.#drawn = now;
  }

  #answer(answer) {
    return {
      pieces: pieceFeatures(answer), zones: zoneFeatures(answer, zoneLooks(this.#page.watch.layer("zone"))), faults: faultFeatures(answer),
      outline: outlineFeatures(answer.outline.geometry, false),
    };
  }

  /** The outline of a batch that is looked at. */
  #row() {
    const { geometry = null } = this.#batch.outline ?? {};
    return { marks: markFeatures(this.#batch.code ? this.#batch.rows : []), outline: outlineFeatures(geometry, true), vertices: vertexFeatures(geometry) };
  }

  #pick(point) {
    if (this.#views.open !== "many") return this.#facts.pick(point);
    const { x, y } = point;
    const [hit] = this.city.map.queryRenderedFeatures([[x - TOUCH_PX, y - TOUCH_PX], [x + TOUCH_PX, y + TOUCH_PX]], { layers: ["marks-dot", "marks-box"].map(named) });
    // Beside them all are seen again.
    if (hit) this.onrow(hit.properties.number);
    else this.#page.store.set({ lit: "" }, { step: false });
  }

  #asked() {
    const { reading, order, drawing } = this.#form;
    const { candidates, read } = reading;
    if (drawing.open) return { outline: outlineFeatures(drawing.kept, true) };
    const { geometry = null } = read?.outline ?? {};
    return { outline: outlineFeatures(geometry, true), vertices: vertexFeatures(geometry), candidates: candidateFeatures(candidates, order) };
  }

  #light(map, answer) {
    const { lit } = this.#page.store.state;
    map.getSource(named("lit")).setData(collection((answer ? shapesOf(answer, lit) : []).map((geometry) => feature({}, geometry))));
  }

  /** Move the map to what came, and to what was lit up. */
  #go(map, open, answer) {
    const { lit } = this.#page.store.state;
    const { read, candidates } = this.#form.reading;
    const row = open === "many" ? this.#batch.outline : null;
    const all = open === "many" && this.#batch.code ? this.#batch.rows.filter(({ box }) => box) : [];
    const place = row ? `row/${row.number}` : all.length ? `batch/${this.#batch.code}` : answer ? `${answer.check}/${lit}` : open === "new" ? (read ? JSON.stringify(read.outline.box) : candidates.map(({ crs }) => crs).join()) : "";
    if (place === this.#went) return;
    this.#went = place;
    if (row?.geometry) return this.#bring(map, row.geometry);
    if (all.length) return this.#bring(map, { geometries: markFeatures(all).map(({ geometry }) => geometry) });
    if (answer && lit) return this.#bring(map, { geometries: shapesOf(answer, lit) });
    if (answer) return this.#bring(map, answer.outline.geometry);
    if (open !== "new" || this.#form.drawing.open) return;
    if (read) return this.#bring(map, read.outline.geometry);
    if (!candidates.length) return;
    // Those that lie in the district: others may be a zone away, and with them none would be seen.
    const near = candidates.filter((one) => one.near);
    this.#bring(map, { geometries: (near.length ? near : candidates).flatMap(placesOf) });
  }

  /** Look where a CRS would put the outline. @param {import("./reading.js").Candidate} candidate */
  showPlace(candidate) {
    this.#page.store.set({ see: "map" }, { step: false });
    if (this.city.map) this.#bring(this.city.map, { geometries: placesOf(candidate) });
  }

  #bring(map, geometry) {
    const box = boxOf(geometry);
    const { offsetWidth } = byId("legend");
    // What the legend covers of a wide map is not where to show something; of a narrow one it would be all of it.
    if (box) goTo(map, box, { closest: CLOSEST, aside: offsetWidth < map.getContainer().clientWidth / 4 ? offsetWidth : 0 });
  }
}

const placesOf = ({ geometry, centre }) => [...shapesIn(geometry), ...(centre ? [{ type: "Point", coordinates: centre }] : [])];
