"""Small towns to check outlines in: parcels like a cracked pane, with gaps and overlaps put in; outlines, rules."""

import numpy as np
import shapely
from hypothesis import strategies as st
from shapely import affinity

from geo.landuse.city import CITY_EMPTY, City, Classes, Features, Grids, LandClass, Parcels, Zones
from geo.landuse.outline import outline_of
from geo.landuse.rules import Rule
from layers.crs import METRIC_DEFAULT

WEST_M, SOUTH_M, SIZE_M = 545_000.0, 3_380_000.0, 240.0
BOX = shapely.box(WEST_M, SOUTH_M, WEST_M + SIZE_M, SOUTH_M + SIZE_M)
CODES = ("0101", "0103", "0301", "0702", "1104", "9999")
CLASSES = Classes(
    {"sandiao": "三调", "land_sea": "用地用海"},
    {
        ("sandiao", "01"): LandClass("耕地", "farm"), ("sandiao", "03"): LandClass("林地", "farm"),
        ("sandiao", "07"): LandClass("住宅用地", "built"), ("sandiao", "11"): LandClass("水域", "unused"),
        ("land_sea", "01"): LandClass("耕地", "farm"), ("land_sea", "0701"): LandClass("城镇住宅", "built"),
        ("land_sea", "0703"): LandClass("农村宅基地", "built"),
    },
    {
        ("sandiao", "01", "land_sea"): ("01",), ("sandiao", "07", "land_sea"): ("0701", "0703"),
        ("land_sea", "0701", "sandiao"): ("0701",),
    },
)  # fmt: skip
RULES = (
    Rule("N1", "build", "zone_inside", "no", "在红线内", ("eco_redline",)),
    Rule("A1", "build", "zone_outside", "ask", "在开发边界外", ("urban_boundary",)),
    Rule("A2", "build", "class", "ask", "占用耕地", ("sandiao:01",)),
    Rule("A3", "build", "group", "ask", "占用未利用地", ("unused",)),
    Rule("N2", "build", "plot", "no", "占用复垦地块"),
    Rule("A4", "build", "ownership", "ask", "征收集体土地", ("collective",)),
)


def outline(shape):
    return outline_of(shape, METRIC_DEFAULT)


def cells(seed, count, box=BOX):
    """(count,) polygons that cover a box edge to edge, as Voronoi's."""
    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.bounds(box)
    points = shapely.multipoints(rng.uniform((west, south), (east, north), (count, 2)))
    found = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=box))
    return np.array([each for each in shapely.intersection(found, box) if each.area > 1], dtype=object)


def parcels_of(shapes, seed=0):
    """Parcels of all classes, of which some have no ratio, no owner."""
    rng = np.random.default_rng(seed)
    count = len(shapes)
    return Parcels.of(
        shapes,
        class_code=list(rng.choice(CODES, count)),
        ownership=list(rng.choice(np.array(["state", "collective", None], dtype=object), count)),
        owner=list(rng.choice(np.array(["甲村", "乙村", None], dtype=object), count)),
        deduct_ratio=list(rng.choice(np.array([0.1, 0.2, None], dtype=object), count)),
        code=[str(nth) for nth in range(count)],
        id=list(range(count)),
        known_from=["2026"] * count,
    )


@st.composite
def towns(draw, faults=True):
    """A city in BOX: parcels, some lacking and some too large where there are to be faults; zones, plots, grids."""
    seed = draw(st.integers(0, 10_000))
    shapes = cells(seed, draw(st.integers(2, 40)))
    if faults:
        shapes = shapes[draw(st.integers(0, min(2, len(shapes) - 1))) :].copy()
        for _ in range(draw(st.integers(0, 3))):
            nth = draw(st.integers(0, len(shapes) - 1))
            shapes[nth] = shapely.buffer(shapes[nth], draw(st.sampled_from([0.2, 0.4, 3.0])), join_style="mitre")
    zone_cells = cells(seed + 1, 6)
    kinds = ["eco_redline", "urban_boundary", "urban_boundary", "blue", "eco_redline", "green"][: len(zone_cells)]
    plots = shapely.buffer(cells(seed + 2, 5)[:2], -draw(st.sampled_from([0.0, 5.0, 20.0])))
    return City(
        parcels_of(shapes, seed),
        Zones.of(zone_cells, kinds),
        frozenset(kinds),
        Features.of("farmland", plots),
        Features.of("project", zone_cells[:1]),
        Grids.of([BOX, *cells(seed + 3, 3)], ["street", *["village"] * 3][: 1 + len(cells(seed + 3, 3))]),
        draw(st.sampled_from([None, shapely.buffer(BOX, 5.0), affinity.translate(BOX, 0.3, -20.0)])),
        CLASSES,
    )


@st.composite
def stars(draw, most=24):
    """A star-shaped outline, perhaps with a hole and with a part of its own; it may leave BOX."""
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    count = draw(st.integers(3, most))
    turn = np.sort(rng.uniform(0, 2 * np.pi, count)) if count > 3 else np.array([0.1, 2.2, 4.3])
    radius_m = draw(st.sampled_from([0.4, 3.0, 30.0, 90.0])) * rng.uniform(0.5, 1.2, count)
    middle = np.array([WEST_M, SOUTH_M]) + draw(st.floats(0, 1)) * SIZE_M + rng.uniform(-20, 20, 2)
    star = shapely.make_valid(
        shapely.Polygon(middle + radius_m[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])), method="structure"
    )
    if draw(st.booleans()):
        star = shapely.difference(star, shapely.buffer(shapely.Point(middle), radius_m.min() / 3, quad_segs=2))
    if draw(st.booleans()):
        star = shapely.union(star, affinity.translate(shapely.box(*middle, *middle + 7.5), 2.2 * radius_m.max(), 1.0))
    return star


EMPTY_TOWN = CITY_EMPTY._replace(classes=CLASSES)
