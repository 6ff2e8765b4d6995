"""OpenStreetMap extracts: what belongs to a layer comes in under its kind, cut to the city; the rest is told of."""

import itertools
import re

import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from osmium import SimpleWriter
from osmium.osm.mutable import Node, Relation, Way
from shapely.geometry import Polygon
from sqlalchemy import text
from typer.testing import CliRunner

from api.cli.app import app
from api.transfer.columns import shape_of
from api.transfer.importing import Manner, import_source
from api.transfer.osm import ATTRIBUTION, Extract
from api.transfer.osm_table import osm_table, osm_table_of
from api.transfer.read import Reading, read_source
from api.transfer.source import filtered
from layers.catalogue import read_catalogue
from layers.crs import Bounds
from layers.errors import BadFile, BadInput

CATALOGUE = read_catalogue()
BOUNDS = Bounds(114, 30, 115, 31)
OUTER = [(114.5, 30.5), (114.52, 30.5), (114.52, 30.52), (114.5, 30.52)]
INNER = [(114.505, 30.505), (114.505, 30.51), (114.51, 30.51), (114.51, 30.505)]
WATER = {"natural": "water"}


class Drawing:
    """An extract under way: ways by their corners, relations by their ways; corners at one place are one node."""

    def __init__(self):
        self.nodes, self.ways, self.relations = {}, [], []

    def way(self, *corners, closed=False, missing=(), **tags):
        numbers = [self.nodes.setdefault(corner, len(self.nodes) + 1) for corner in corners]
        refs = [*numbers, *missing, *(numbers[:1] if closed else [])]
        self.ways.append(Way(id=len(self.ways) + 1, nodes=refs, tags=tags))
        return len(self.ways)

    def relation(self, *members, **tags):
        told = [("w", way, role) for way, role in members]
        self.relations.append(Relation(id=len(self.relations) + 1, members=told, tags={"type": "multipolygon"} | tags))

    def write(self, path):
        with SimpleWriter(str(path), overwrite=True) as writer:
            for place, number in self.nodes.items():
                writer.add_node(Node(id=number, location=place))
            for way in self.ways:
                writer.add_way(way)
            for relation in self.relations:
                writer.add_relation(relation)
        return path


@pytest.fixture
def drawing():
    return Drawing()


def read(layer, path, *tags, bounds=BOUNDS):
    table = osm_table_of(CATALOGUE, CATALOGUE[layer])
    wanted = Extract(table, bounds, tags, one_line=CATALOGUE[layer].geometry == "LineString")
    return read_source(path, Reading(osm=wanted))


def rows(source, *names):
    return sorted(zip(*(source.fields[name].tolist() for name in ("code", *names)), strict=True))


def test_closed_ways_and_relations_become_waters_of_their_kind(drawing, tmp_path):
    drawing.way(*OUTER[:3])
    drawing.way(OUTER[2], OUTER[3], OUTER[0])
    drawing.way(*INNER, closed=True)
    drawing.way(*INNER, closed=True, **WATER, water="pond", name="塘")
    drawing.way((114.6, 30.6), (114.61, 30.61), waterway="river", name="花山河", width="12.5 m")
    drawing.way((114.6, 30.7), (114.61, 30.71), waterway="river", name="长江", width="很宽")
    drawing.relation((1, "outer"), (2, "outer"), (3, "inner"), name="严东湖", **WATER)
    path = drawing.write(tmp_path / "a.osm.pbf")
    source = read("water", path)
    assert rows(source, "name", "kind", "width_m", "provenance") == [
        ("relation/1", "严东湖", "lake", None, "public"),
        ("way/4", "塘", "pond", None, "public"),
        ("way/5", "花山河", "river", "12.5", "public"),
        ("way/6", "长江", "yangtze", None, "public"),
    ]
    lake = source.geometries[list(source.fields["code"]).index("relation/1")]
    drawn = shapely.from_wkb(pyogrio.raw.read(path, layer="multipolygons")[2])
    assert lake.equals(Polygon(OUTER, [INNER])) and any(lake.equals(one) for one in drawn), "as GDAL draws it"
    assert source.crs == "EPSG:4326"
    assert source.notes == (f"数据来自 OpenStreetMap({ATTRIBUTION})", "1 处宽度不是以米为单位的数字,未采用")


def test_roads_are_roads_and_squares_are_none(drawing, tmp_path):
    for number, value in enumerate(["trunk_link", "primary", "tertiary"]):
        drawing.way((114.5, 30.5), (114.6, 30.5 + number / 100), highway=value)
    drawing.way(*OUTER, closed=True, highway="unclassified", junction="roundabout")
    drawing.way(*OUTER, closed=True, highway="pedestrian", area="yes")
    drawing.way(*OUTER[:2], highway="construction")
    drawing.way(*OUTER[:2], highway="bus_guideway")
    drawing.way(*OUTER[:2], railway="rail")
    source = read("road", drawing.write(tmp_path / "a.osm.pbf"))
    assert [row[1] for row in rows(source, "class")] == ["trunk", "primary", "minor", "minor"]
    assert source.geometries[3].is_ring
    assert source.notes[1:] == (
        "未导入 1 个:画成面的道路与广场(如 way/5)",
        "未导入 1 个:规划、在建或已废弃的道路(如 way/6)",
        "未导入 1 个:对照表里没有相应类别(highway=bus_guideway 1 个)",
    )


WAYS = {
    "footway": {"highway": "footway"},
    "steps": {"highway": "steps", "layer": "-2"},
    "cycleway": {"highway": "cycleway", "oneway": "-1", "surface": "asphalt"},
    "track": {"highway": "track", "surface": "dirt", "motor_vehicle": "no"},
    "residential": {"highway": "living_street", "oneway": "alternating"},
    "service": {"highway": "service", "access": "private"},
    "path": {"highway": "path", "bridge": "boardwalk", "layer": "2;3", "bicycle": "no"},
    "pedestrian": {"highway": "pedestrian", "tunnel": "yes"},
}


def test_ways_on_foot_and_streets_of_estates_are_paths_and_no_roads(drawing, tmp_path):
    for number, tags in enumerate(WAYS.values()):
        drawing.way((114.5, 30.5), (114.6, 30.5 + number / 100), **tags)
    drawing.way((114.5, 30.5), (114.6, 30.59), highway="primary")
    path = drawing.write(tmp_path / "a.osm.pbf")
    assert [row[1:] for row in rows(read("path", path), "kind", "oneway", "level", "open_to", "surface")] == [
        ("footway", "no", "0", "by_kind", None),
        ("steps", "no", "-2", "by_kind", None),
        ("cycleway", "backward", "0", "by_kind", "paved"),
        ("track", "no", "0", "bicycle", "unpaved"),
        ("residential", "no", "0", "by_kind", None),
        ("service", "no", "0", "none", None),
        ("path", "no", "1", "foot", None),
        ("pedestrian", "no", "-1", "by_kind", None),
    ]
    assert rows(read("road", path), "class") == [("way/9", "primary")]


@pytest.mark.parametrize(
    ("tags", "oneway", "level"),
    [
        ({"highway": "motorway", "bridge": "viaduct"}, "forward", "1"),
        ({"highway": "motorway", "oneway": "no"}, "no", "0"),
        ({"highway": "primary", "junction": "roundabout", "bridge": "no"}, "forward", "0"),
        ({"highway": "primary", "oneway": "reversible", "tunnel": "yes"}, "no", "-1"),
        ({"highway": "tertiary", "oneway": "yes", "layer": "3", "bridge": "yes"}, "forward", "3"),
    ],
)
def test_a_road_says_which_way_it_goes_and_on_which_level(tags, oneway, level, drawing, tmp_path):
    drawing.way(*OUTER[:2], **tags)
    assert rows(read("road", drawing.write(tmp_path / "a.osm.pbf")), "oneway", "level") == [("way/1", oneway, level)]


def test_what_is_broken_stays_out_with_its_reason(drawing, tmp_path):
    half = drawing.way(*OUTER[:3])
    bow = [OUTER[0], OUTER[2], OUTER[1], OUTER[3]]
    drawing.way(*OUTER, **WATER)
    drawing.way(*bow, closed=True, **WATER)
    drawing.way(*OUTER[:2], missing=[999], closed=True, **WATER)
    drawing.way(OUTER[0], missing=[998], waterway="stream")
    drawing.way(*OUTER[:2], waterway="stream", tunnel="culvert")
    drawing.way(*OUTER[:2], waterway="weir")
    drawing.relation((half, "outer"), (77, "outer"), **WATER)
    drawing.relation((half, "outer"), name="不闭合", **WATER)
    source = read("water", drawing.write(tmp_path / "a.osm.pbf"))
    assert len(source) == 0
    assert {re.sub(r"^未导入 (\d+) 个:", r"\1 ", note) for note in source.notes[1:]} == {
        "4 成员不全、环不闭合或自相交(如 relation/2、way/3、relation/1)",
        "1 应为面而没有闭合(如 way/2)",
        "1 缺少节点位置或点数不足(如 way/5)",
        "1 暗渠与涵洞(如 way/6)",
        "1 对照表里没有相应类别(waterway=weir 1 个)",
    }


def test_what_reaches_out_of_the_city_is_cut_and_what_lies_outside_stays_out(drawing, tmp_path):
    drawing.way((113.9, 30.5), (114.1, 30.5), (114.1, 30.6), (113.9, 30.6), closed=True, **WATER)
    drawing.way((113.9, 30.2), (114.2, 30.2), waterway="river")
    drawing.way((116, 30.5), (116.1, 30.5), (116.1, 30.6), closed=True, **WATER)
    path = drawing.write(tmp_path / "a.osm.pbf")
    source = read("water", path)
    found = dict(zip(source.fields["code"], source.geometries, strict=True))
    assert found["way/1"].equals(shapely.box(114, 30.5, 114.1, 30.6))
    assert found["way/2"].equals(shapely.LineString([(114, 30.2), (114.2, 30.2)]))
    assert source.notes[1:] == ("未导入 1 个:在部署范围之外(如 way/3)", "按部署范围裁切 2 个")
    assert len(read("water", path, bounds=None)) == 3


def test_a_road_that_the_edge_cuts_to_pieces_stays_out(drawing, tmp_path):
    drawing.way((114.1, 30.5), (113.9, 30.5), (113.9, 30.6), (114.1, 30.6), highway="primary")
    source = read("road", drawing.write(tmp_path / "a.osm.pbf"))
    assert len(source) == 0 and source.notes[1] == "未导入 1 个:被部署范围切成几段(如 way/1)"


def test_tags_that_are_asked_for_choose_rows(drawing, tmp_path):
    drawing.way(*OUTER[:2], highway="primary", name="花山大道", surface="asphalt")
    drawing.way(*OUTER[1:3], highway="tertiary")
    path = drawing.write(tmp_path / "a.osm.pbf")
    source = read("road", path, "surface", "highway", "Name")
    own = ["code", "name", "width_m", "level", "provenance", "class", "oneway"]
    assert list(source.fields) == [*own, "surface", "highway"]
    assert rows(filtered(source, ["surface=asphalt"])) == [("way/1",)]
    assert rows(filtered(source, ["highway!=primary"])) == [("way/2",)]
    assert rows(filtered(source, ["Name=花山大道"])) == [("way/1",)]


sides = st.floats(0.01, 0.4)


@given(st.tuples(sides, sides, sides), st.sets(st.integers(1, 3), max_size=3), st.booleans())
@settings(max_examples=12)
def test_an_area_in_pieces_is_the_area_they_enclose(tmp_path_factory, size, cuts, flipped):
    drawing, (width, height, share) = Drawing(), size
    ring = [(114.1, 30.1), (114.1 + width, 30.1), (114.1 + width, 30.1 + height), (114.1, 30.1 + height)]
    hole = [(114.1 + width * (0.3 + share * x), 30.1 + height * (0.3 + share * y)) for x, y in [(0, 0), (1, 0), (1, 1)]]
    ends = [0, *sorted(cuts), 4]
    for start, end in itertools.pairwise(ends):
        corners = [*ring, ring[0]][start : end + 1]
        drawing.way(*(corners[::-1] if flipped and start else corners))
    members = [(number, "outer") for number in range(1, len(ends))]
    drawing.relation(*members, (drawing.way(*hole, closed=True), "inner"), **WATER)
    path = drawing.write(tmp_path_factory.mktemp("osm") / "a.osm.pbf")
    source = read("water", path)
    (area,) = source.geometries
    # An extract keeps seven decimals of a degree.
    assert shapely.hausdorff_distance(area, Polygon(ring, [hole])) < 2e-7 and len(area.geoms[0].interiors) == 1


def test_what_the_tables_say_the_layers_take(connection):
    tabled = [layer for layer in CATALOGUE.values() if osm_table(layer)]
    assert {layer.id for layer in tabled} == {"water", "road", "path"}
    for layer in tabled:
        table, shape = osm_table(layer), shape_of(connection, layer)
        for rule in table.rules:
            assert {name: value for name, value in rule.sets.items() if value not in shape[name].choices} == {}
            kinds = {"line": {"LineString", "MultiLineString"}, "area": {"MultiPolygon"}}[rule.draws]
            assert kinds & shape.kinds
        told = [(name, value) for rule in table.also for name, value in rule.sets.items() if shape[name].choices]
        assert [pair for pair in told if pair[1] not in shape[pair[0]].choices] == []
        assert set(table.fields) <= {column.name for column in shape.fields}
        assert table.fixed == {"provenance": "public"}


def test_a_layer_without_a_table_names_those_that_have_one():
    with pytest.raises(BadInput, match=r"site.*没有 OpenStreetMap 对照表.*water、path、road"):
        osm_table_of(CATALOGUE, CATALOGUE["site"])


def test_what_is_cut_short_or_something_else_is_refused(drawing, tmp_path):
    for number in range(200):
        drawing.way((114.5, 30.5), (114.6, 30.5 + number / 1000), highway="primary", name=f"路{number}")
    path = drawing.write(tmp_path / "a.osm.pbf")
    raw = path.read_bytes()
    for content in [raw[: int(len(raw) * share)] for share in (0.0, 0.3, 0.9, 0.999)] + [b"not an extract" * 9]:
        path.write_bytes(content)
        with pytest.raises(BadFile, match=r"a\.osm\.pbf 被截断、已损坏或不是"):
            read("road", path)
    with pytest.raises(BadInput, match="对照表"):
        read_source(path)


def test_an_extract_comes_in_once_and_says_whose_it_is(connection, drawing, tmp_path):
    drawing.way(*OUTER[:2], highway="primary", name="花山大道")
    drawing.way(*OUTER[1:3], highway="secondary")
    source = read("road", drawing.write(tmp_path / "a.osm.pbf"))
    report = import_source(connection, CATALOGUE, CATALOGUE["road"], source, Manner())
    assert report.inserted == 2, report.rejects
    told = connection.execute(text("SELECT source FROM city.edition ORDER BY edition_id DESC LIMIT 1")).scalar()
    assert told == f"a.osm.pbf({ATTRIBUTION})"
    assert import_source(connection, CATALOGUE, CATALOGUE["road"], source, Manner()).unchanged == 2


def test_the_command_as_it_is_typed(engine, drawing, tmp_path, monkeypatch):
    url = engine.url.render_as_string(hide_password=False)
    for name, value in {"HUASHAN_DATABASE_URL": url, "HUASHAN_OWNER_URL": url, "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    drawing.way(*OUTER, closed=True, name="严东湖", **WATER)
    drawing.way(*INNER, closed=True, **WATER)
    path = str(drawing.write(tmp_path / "a.osm.pbf"))
    wanted = ["import", "water", path, "--where", "natural=water", "--where", "name=严东湖", "--yes"]
    for told in ("已写入", "没有变化"):
        result = CliRunner().invoke(app, wanted)
        assert result.exit_code == 0 and told in result.output, result.output
    with engine.connect() as connection:
        assert connection.execute(text("SELECT code, name FROM city.water_now")).all() == [("way/1", "严东湖")]
        assert connection.execute(text("SELECT count(*) FROM city.bank_now")).scalar() == 1
