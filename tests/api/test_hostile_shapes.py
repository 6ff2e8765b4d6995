"""Shapes within shapes, thousands deep, of which GEOS would die, and the server with it; systems that hang on files."""

import sqlite3
import struct
from contextlib import closing

import geopandas
import numpy as np
import pytest
import shapely

from api.landuse.reading.outlines import Ground, Said, read_file, read_text
from api.landuse.reading.systems import named
from api.transfer.vector import parsed
from api.transfer.wkt import from_wkt, too_deep
from layers.crs import METRIC_DEFAULT, STORED, area_of_use
from layers.errors import BadCrs, BadFile

GROUND = Ground(METRIC_DEFAULT, area_of_use(METRIC_DEFAULT))
POINT = struct.pack("<BIdd", 1, 1, 114.5, 30.6)


@pytest.mark.parametrize("words", ["GEOMETRYCOLLECTION(", "(", "POLYGON((", "GEOMETRYCOLLECTION(POINT(1 1),"])
def test_deep_wkt_is_refused_and_nobody_dies(words):
    with pytest.raises(BadFile, match=r"嵌套太深|没有读出|看不懂"):
        read_text("GEOMETRYCOLLECTION(" + words * 10_000, Said(), GROUND)


@pytest.mark.parametrize("kind", [4, 6, 7, 10, 1007, 0x20000007, 0x80000006, 41007])
@pytest.mark.parametrize("order", ["<", ">"])
def test_deep_wkb_is_told_and_nobody_dies(kind, order):
    head = struct.pack(order + "BII", order == "<", kind, 1)
    deep, whole = head * 100_000 + POINT, shapely.to_wkb(shapely.box(0, 0, 1, 1))
    shapes, faults, _ = parsed(np.array([whole, deep, None], dtype=object))
    assert [shape is None for shape in shapes] == [False, True, True]
    assert faults[0] is None and "无法读出" in faults[1] and faults[2] is None


def test_what_is_large_and_not_deep_is_read():
    seeds = np.random.default_rng(8)
    shapes = [
        shapely.MultiPolygon([shapely.Point(x, 30.6).buffer(0.3, quad_segs=4_000) for x in range(9)]),
        shapely.multipoints(shapely.points(seeds.uniform(0, 180, (4_000, 2)))),
        shapely.GeometryCollection([shapely.box(0, 0, x, x) for x in range(1, 2_000)]),
    ]
    assert [too_deep(shapely.to_wkb(shape)) for shape in shapes] == [False, False, False]
    assert [shape.is_empty for shape in from_wkt(np.array([shape.wkt for shape in shapes[1:]], dtype=object))[0]] == [
        False,
        False,
    ]


@pytest.mark.parametrize(
    "crs",
    [
        "+proj=longlat +ellps=krass +nadgrids=/nonexistent",
        "+proj=tmerc +lon_0=114 +ellps=GRS80 +nadgrids = @/etc/passwd",
        "+proj=longlat +ellps=GRS80 +geoidgrids=x.gtx",
        "EPSG:3855",
    ],
)
def test_a_system_that_hangs_on_a_file_or_has_no_place_is_refused(crs):
    with pytest.raises(BadCrs):
        named(crs, GROUND)


def test_a_systems_own_empty_grid_is_no_file():
    assert named("+proj=merc +a=6378137 +b=6378137 +nadgrids=@null", GROUND)[1] == "said"


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("gpkg") / "plain.gpkg"
    outline = geopandas.GeoDataFrame({"name": ["甲"]}, geometry=[shapely.box(114.49, 30.58, 114.5, 30.59)], crs=STORED)
    outline.to_file(path, layer="a")
    return path


ENDLESS = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t)"
VIEWS = {
    "的图层": [
        "ALTER TABLE a RENAME TO b",
        f"CREATE VIEW A AS {ENDLESS} SELECT (SELECT max(x) FROM t) AS fid, geom FROM b",
    ],
    "所要的": [f"CREATE VIEW v AS {ENDLESS} SELECT max(x) AS fid FROM t"],
    "的目录": ["ALTER TABLE gpkg_contents RENAME TO c", f"CREATE VIEW gpkg_contents AS {ENDLESS} SELECT x FROM t"],
}


@pytest.mark.parametrize("what", VIEWS)
def test_a_geopackage_whose_layer_is_a_query_is_refused(what, plain, tmp_path):
    path = tmp_path / "范围 #1?.gpkg"
    path.write_bytes(plain.read_bytes())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA legacy_alter_table = ON")
        for statement in VIEWS[what]:
            connection.execute(statement)
    with pytest.raises(BadFile, match="是视图"):
        read_file(path, Said(), GROUND)
