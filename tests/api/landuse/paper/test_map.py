"""The map: drawn once for page and picture, at a round scale that is true, nothing outside of where it belongs."""

import ctypes
import io
import json
import threading

import numpy as np
import pypdfium2
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdfium2 import raw

from api.landuse.paper.around import LAND, ZONE
from api.landuse.paper.corners import metric, rings_of
from api.landuse.paper.drawing import labels
from api.landuse.paper.drawing.frame import framed, scale_of
from api.landuse.paper.drawing.hatch import hatched
from api.landuse.paper.drawing.looks import looks_of
from api.landuse.paper.drawing.map import map_of
from api.landuse.paper.drawing.page import page_of, picture_of
from api.sheets.ground import Shape
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT
from tests.api.landuse.paper.checks import CORNER_M, OUTLINE, check, geojson, many_cornered
from tests.api.landuse.paper.conftest import NOW, READER, ground, made

LOOKS = looks_of(read_catalogue())
sizes = st.floats(0.01, 60_000)


def text_of(body):
    with pypdfium2.PdfDocument(body) as document:
        [page] = document
        return page.get_textpage().get_text_bounded()


@given(sizes, sizes)
def test_the_scale_is_round_and_the_largest_that_fits(width_m, height_m):
    scale = scale_of(width_m, height_m, 140, 150)
    assert max(width_m / 140, height_m / 150) * 1000 <= scale * (1 + 1e-9)
    assert float(f"{scale:.1e}") == scale and scale >= 100
    assert scale == 100 or scale / 2 <= max(width_m / 140, height_m / 150) * 1000


@given(st.floats(1, 3000), st.floats(1, 3000), st.floats(0, 360))
def test_what_is_measured_on_paper_is_what_is_there(width_m, height_m, angle):
    outline = shapely.transform(shapely.box(0, 0, width_m, height_m), lambda xy: xy + CORNER_M)
    frame = framed(outline, METRIC_DEFAULT, 20, 30, 150, 160)
    placed = shapely.transform(outline, frame.placed)
    assert placed.length * frame.scale / 1000 == pytest.approx(outline.length, rel=1e-9)
    assert shapely.box(20, 30, 170, 190).contains(placed)
    turned = np.array([[frame.east_m, frame.north_m], [frame.east_m + np.sin(angle), frame.north_m + np.cos(angle)]])
    [middle, ahead] = frame.placed(turned)
    assert middle == pytest.approx([95, 110]) and (ahead - middle) * frame.scale / 1000 == pytest.approx(
        [np.sin(angle), -np.cos(angle)], abs=1e-6
    )


def test_its_box_holds_the_whole_frame():
    frame = framed(OUTLINE, METRIC_DEFAULT, 0, 0, 157, 150)
    box = frame.box
    west, south, east, north = frame.edges_m
    for corner in frame.mm([(box.west, box.south), (box.east, box.north)]):
        assert not (1e-6 < corner[0] < 157 - 1e-6 and 1e-6 < corner[1] < 150 - 1e-6)
    assert east - west == pytest.approx(0.157 * frame.scale) and north - south == pytest.approx(0.15 * frame.scale)


@given(st.floats(0, 180), st.floats(0.8, 6), st.integers(0, 10_000))
def test_hatching_stays_inside_and_leaves_no_room_for_more(angle, every, seed):
    shape = shapely.MultiPoint(np.random.default_rng(seed).uniform(0, 50, (7, 2))).convex_hull
    shape = shape.difference(shape.centroid.buffer(2))
    drawn = shapely.MultiLineString(hatched(shape, angle, every))
    assert drawn.is_empty or shape.buffer(0.01).covers(drawn)
    assert shape.difference(drawn.buffer(every * 1.01)).area < 0.02 * shape.area, "but for corners"


def test_what_has_no_area_is_not_hatched():
    assert hatched(shapely.Polygon(), 45, 2) == [] and hatched(shapely.LineString([(0, 0), (9, 9)]), 45, 2) == []


def test_the_page_says_all_that_a_map_has_to(map_file, answer):
    told = text_of(map_file.body)
    for said in ("用地核查附图", answer["check"], "建设:不可", "内部资料", f"{READER} 于 2026-11-27 15:10 打印", "北",
                 "线索,非认定", "1:2 500", "100 米", "EPSG:4547", "中央子午线 114°E", "547800", "3383900", "核查范围",
                 "永久基本农田", "生态保护红线", "绿线", "耕地", "建设用地", "水域", "底图重叠", "严东湖", "花山大道",
                 "1 旱地", "3 农村宅基地", "数据现状 2026-11-27", *(f"J{n}" for n in range(1, 13))):  # fmt: skip
        assert said in told, said
    assert "城镇开发边界" not in told and "储备土地" not in told, "the legend has what is there"
    assert "1 个图斑太小,图上未注号" in told.replace("\r\n", "")
    assert map_file.name == "用地核查附图 YD20261127-7KQ2MXAB.pdf" and map_file.media == "application/pdf"


def test_it_is_lines_and_letters_with_their_font_inside(map_file):
    with pypdfium2.PdfDocument(map_file.body) as document:
        objects = list(document[0].get_objects(max_depth=5))
        kinds = {one.type for one in objects}
        fonts = [raw.FPDFTextObj_GetFont(one) for one in objects if one.type == raw.FPDF_PAGEOBJ_TEXT]
        assert raw.FPDF_PAGEOBJ_PATH in kinds and raw.FPDF_PAGEOBJ_IMAGE not in kinds
        assert fonts and all(raw.FPDFFont_GetIsEmbedded(one) == 1 for one in fonts)
        size = ctypes.c_size_t()
        assert raw.FPDFFont_GetFontData(fonts[0], None, 0, size) and size.value < len(map_file.body)


def test_the_picture_is_the_page_s_map_and_the_outline_is_as_large_in_it_as_its_scale_says(some_font, answer):
    page = page_of(answer, LOOKS, (), READER, NOW)
    picture = Image.open(io.BytesIO(picture_of(page))).convert("RGB")
    assert picture.width == pytest.approx(165 / 25.4 * 300, abs=1)
    frame = map_of(answer, LOOKS, page.left, page.top).frame
    pixels = np.asarray(picture)[: int((frame.top + frame.height - page.top - 3) / 25.4 * 300)]
    edges = np.flatnonzero((pixels == 0x11).all(axis=2).sum(axis=1) > 600)  # rows that are black for 5 cm
    height_m = (np.ptp(edges) + 1) / 300 * 25.4 * frame.scale / 1000
    assert height_m == pytest.approx(180 + 0.7 * frame.scale / 1000, abs=1), "from J1 to J2 and the width of the line"


def test_colours_are_those_of_the_layers_own_style():
    style = {
        rule["filter"][-1]: rule["paint"]["fill-color"]
        for rule in read_catalogue()["landuse"].style
        if rule["type"] == "fill"
    }
    assert {name: look.colour for name, look in LOOKS.families.items()} == style
    assert len(LOOKS.zones) == 8 and LOOKS.zones["eco_redline"].name == "生态保护红线"
    assert len({(look.angle_deg, look.every_mm) for look in LOOKS.zones.values()}) == 8, (
        "told apart in black and white, too"
    )
    assert LOOKS.zone("something_new", "新控制区").name == "新控制区"


def test_corners_are_named_outside_of_their_ring_and_not_on_one_another(answer):
    drawn = map_of(answer, LOOKS, 0, 0)
    found = labels.corners(drawn.rings)
    assert [one.said for one in found] == [f"J{n}" for n in range(1, 13)]
    for first, ring in drawn.rings:
        inside = shapely.Polygon(ring).buffer(1)
        named = found[first - 1 : first - 1 + len(ring)]
        assert len(named) == len(ring) and not any(
            inside.contains(shapely.Point(one.text_x, one.text_y)) for one in named
        )


def test_fifty_thousand_corners_are_a_page_that_can_be_read(some_font):
    answer = many_cornered()
    page = page_of(answer, LOOKS, (), READER, NOW)
    told = text_of(page.body)
    assert "界址点共 50,000 个" in told and "J1" in told
    assert len(page.body) < 1_000_000, "not finer than what is seen"
    assert told.count("J") < 400


def test_pieces_without_their_shapes_are_left_out_of_the_map(answer):
    bare = answer | {"pieces": [{name: one[name] for name in one if name != "geometry"} for one in answer["pieces"]]}
    assert map_of(bare, LOOKS, 0, 0).shapes.pieces == []


def test_a_map_without_pieces_zones_or_any_ground_is_drawn(some_font):
    bare = check(pieces=[], zones=[], slivers=[])
    bare["base"] |= {"gaps": [], "overlaps": []}
    assert "核查范围" in text_of(made(bare, "map").body)


@pytest.mark.parametrize(
    "shape", [shapely.box(0, 0, 0.02, 0.02), shapely.box(0, 0, 3, 40_000), shapely.box(0, 0, 9_000, 2)]
)
def test_tiny_and_flat_outlines_fit_into_the_frame(some_font, shape):
    moved = shapely.transform(shape, lambda xy: xy + CORNER_M)
    answer = check()
    answer["outline"]["geometry"] = geojson(moved)
    told = map_of(answer, LOOKS, 22.5, 33)
    frame = told.frame
    inside = shapely.box(frame.left, frame.top, frame.left + frame.width, frame.top + frame.height)
    assert all(inside.contains(shapely.MultiPoint(ring)) for _, ring in told.rings)
    told_of = text_of(page_of(answer, LOOKS, (), READER, NOW).body)
    assert "1:" in told_of and "范围在图上很窄" in told_of
    assert all(len(edge) >= 4 for edge in told.shapes.edges) and told.shapes.edges, "however thin, it is drawn"


def test_threads_draw_the_same_page_at_once(some_font, answer):
    pages = []

    def draw():
        page = page_of(answer, LOOKS, ground(None), READER, NOW)
        pages.append((page.body, picture_of(page)))

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pages) == 2 and len(set(pages)) == 1


def test_corners_are_exact_to_a_tenth_of_a_millimetre(answer):
    rings = rings_of(answer)
    given_m = [
        shapely.get_coordinates(ring)[:-1] for part in OUTLINE.geoms for ring in (part.exterior, *part.interiors)
    ]
    for ring, wanted in zip(rings, given_m, strict=True):
        assert ring.east_north == pytest.approx(wanted, abs=1.5e-4)
        assert ring.lengths_m.sum() == pytest.approx(shapely.LinearRing(wanted).length, abs=1e-3)
    assert (
        metric(None, METRIC_DEFAULT) is None
        and metric({"type": "MultiPolygon", "coordinates": []}, METRIC_DEFAULT) is None
    )
    assert json.dumps(answer["outline"])


def test_what_the_outline_lies_in_is_drawn_lighter_and_told_in_the_legend(some_font, answer):
    around = geojson(shapely.box(*OUTLINE.buffer(400).bounds))["coordinates"][0]
    lies_in = [Shape(LAND, "orchard", False, True, around), Shape(LAND, "crop", False, True, around),
               Shape(ZONE, "grey", False, True, geojson(OUTLINE.buffer(20))["coordinates"][0])]  # fmt: skip
    page = page_of(answer, LOOKS, [*lies_in, *ground(None)], READER, NOW)
    told = text_of(page.body).replace("\r\n", "")
    assert "园地" in told and "灰线" in told and told.count("耕地") == 1
    assert "外围淡色为同一时点的地类,虚线为控制区边界" in told
    picture = np.asarray(Image.open(io.BytesIO(picture_of(page))).convert("RGB"))
    light = tuple(int(LOOKS.families["crop"].light[at : at + 2], 16) for at in (1, 3, 5))
    dark = tuple(int(LOOKS.families["crop"].colour[at : at + 2], 16) for at in (1, 3, 5))
    assert (picture == light).all(axis=2).sum() > 500_000 and (picture == dark).all(axis=2).sum() > 300_000
