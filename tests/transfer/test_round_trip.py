"""What is exported imports again unchanged, as far as the format can hold it: for every layer and every format."""

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from api.transfer.exporting import read_features, write_features
from api.transfer.importing import Manner, import_source
from api.transfer.read import read_source
from layers.catalogue import read_catalogue
from layers.crs import STORED, Bounds
from layers.errors import BadInput, Conflict

CATALOGUE = read_catalogue()
FORMATS = ["geojson", "gpkg", "shp", "zip", "fgb", "parquet", "kml", "kmz", "csv", "xlsx"]
ROOF = (
    "MULTIPOLYGON (((114.5 30.5, 114.51 30.5, 114.51 30.51, 114.5 30.5)),"
    " ((114.6 30.6, 114.61 30.6, 114.61 30.61, 114.6 30.6)))"
)
HOLED = (
    "POLYGON ((114.7 30.5, 114.73 30.5, 114.73 30.53, 114.7 30.53, 114.7 30.5),"
    " (114.71 30.51, 114.71 30.52, 114.72 30.52, 114.72 30.51, 114.71 30.51))"
)
CURVE = "LINESTRING (114.123456789012345 30.1, 114.2 30.3333333333333333, 114.1 30.2)"
LOOP = "LINESTRING (114.3 30.3, 114.4 30.3, 114.4 30.4, 114.3 30.3)"
LONG = "位于花山河左岸" * 12
ROWS = {
    "grid": [({"code": "420111003", "name": "花山街道", "level": "街道"}, HOLED)],
    "water": [({"code": "w1", "name": "严东湖", "kind": "lake"}, ROOF), ({"code": "w2", "kind": "湖"}, HOLED)],
    "road": [
        ({"code": "r1", "name": "花山大道", "class": "主干路", "width_m": 22.5}, CURVE),
        ({"code": "r2", "name": None, "class": "other", "width_m": None}, LOOP),
    ],
    "project": [
        ({"code": "p1", "name": "港口", "start_on": "2026-01-05", "due_on": None, "obstacles": LONG}, ROOF),
        ({"code": "p2", "name": "1.0", "responsible": "=张三", "due_on": "2027-12-31"}, HOLED),
    ],
    "farmland": [
        ({"code": "f1", "state": "复种", "found_mu": 12.34, "done_mu": 0, "deadline": "2026-09-30"}, HOLED),
        ({"code": "2026-01-02", "state": "survey", "found_mu": None}, ROOF),
    ],
    "landuse": [({"code": "0007", "class_code": "0101", "deduct_ratio": 0.1034, "ownership": "国有"}, HOLED)],
    "zone": [({"code": "z1", "name": "蓝线\n二", "kind": "blue"}, ROOF)],
    "site": [
        ({"code": "s1", "name": "排口", "kind": "outfall", "note": 'a, "b"\t\\N'}, "POINT (114.5000000000001 30.5)"),
        ({"code": "s2", "kind": "stake"}, "POINT (114.6 30.6)"),
    ],
}


@pytest.fixture
def exchange(connection, monkeypatch):
    monkeypatch.setattr("api.transfer.importing.follow", lambda *arguments: [])

    def run(layer, path):
        return import_source(connection, CATALOGUE, CATALOGUE[layer], read_source(path), Manner())

    return run


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("layer", ROWS)
def test_what_is_exported_imports_again_unchanged(layer, form, connection, exchange, geojson, tmp_path):
    first = exchange(layer, geojson(*ROWS[layer]))
    assert (first.inserted, first.rejects) == (len(ROWS[layer]), [])
    path = tmp_path / f"out.{form}"
    exported = write_features(read_features(connection, CATALOGUE[layer]), path)
    assert exported.features == len(ROWS[layer])
    again = exchange(layer, path)
    assert (again.unchanged, again.changes, again.rejects) == (len(ROWS[layer]), 0, [])


def corners(lon, lat):
    return st.tuples(st.floats(lon, lon + 0.4), st.floats(lat, lat + 0.4))


names = st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60)
lines = st.lists(corners(114.1, 30.1), min_size=2, max_size=6, unique=True).map(shapely.LineString)
areas = st.tuples(corners(114.1, 30.1), corners(114.6, 30.6)).map(lambda two: shapely.box(*two[0], *two[1]))
spots = corners(114.1, 30.1).map(shapely.Point)
widths = st.none() | st.integers(1, 99_900).map(lambda whole: whole / 100)


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "kmz"])
@settings(max_examples=6)
@given(data=st.data())
def test_import_and_export_undo_each_other(form, connection, exchange, tmp_path, data):
    layer, shapes = data.draw(st.sampled_from([("road", lines), ("project", areas), ("site", spots)]))
    kept = data.draw(st.lists(st.tuples(names, shapes, widths), min_size=1, max_size=4))
    extra = {"road": "width_m", "project": "stage", "site": "grade"}[layer]
    columns = {"code": [f"c{number}" for number in range(len(kept))], "kind": ["other"] * len(kept)}
    columns |= {"name": [name for name, _, _ in kept], extra: [width for _, _, width in kept]}
    frame = gpd.GeoDataFrame(columns, geometry=[shape for _, shape, _ in kept], crs=STORED)
    path, out = tmp_path / "in.gpkg", tmp_path / f"out.{form}"
    frame.to_file(path)
    savepoint = connection.begin_nested()
    first = exchange(layer, path)
    write_features(read_features(connection, CATALOGUE[layer]), out, force=True)
    again = exchange(layer, out)
    savepoint.rollback()
    assert (first.inserted, again.unchanged, again.changes) == (len(kept), len(kept), 0)


@pytest.mark.parametrize("form", FORMATS)
def test_a_layer_without_features_exports_and_imports(form, connection, exchange, tmp_path):
    path = tmp_path / f"out.{form}"
    assert write_features(read_features(connection, CATALOGUE["road"]), path).features == 0
    assert exchange("road", path).read == 0


def test_what_is_in_the_way_stays_unless_forced(connection, tmp_path):
    path = tmp_path / "out.shp"
    (tmp_path / "out.dbf").write_text("mine")
    with pytest.raises(Conflict, match=r"out\.dbf.*--force"):
        write_features(read_features(connection, CATALOGUE["road"]), path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.dbf"]
    write_features(read_features(connection, CATALOGUE["road"]), path, force=True)
    assert {one.suffix for one in tmp_path.iterdir()} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}


def test_what_a_shapefile_cannot_hold_is_said(connection, exchange, geojson, tmp_path):
    exchange("project", geojson(({"code": "1", "obstacles": "拆" * 100}, HOLED)))
    written = write_features(read_features(connection, CATALOGUE["project"]), tmp_path / "out.shp")
    assert any("responsible→responsibl" in remark for remark in written.remarks)
    assert any("obstacles(未解决的问题) 有 1 处文字超过 254 字节" in remark for remark in written.remarks)
    exchange("site", geojson(({"code": "1", "kind": "other"}, HOLED), ({"code": "2", "kind": "other"}, CURVE)))
    with pytest.raises(BadInput, match="只能有一种图形"):
        write_features(read_features(connection, CATALOGUE["site"]), tmp_path / "site.shp")


def test_excel_finds_its_byte_order_mark_and_points_as_two_columns(connection, exchange, geojson, tmp_path):
    exchange("site", geojson(*ROWS["site"]))
    path = tmp_path / "out.csv"
    write_features(read_features(connection, CATALOGUE["site"]), path)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.splitlines()[0].endswith(b"lon,lat")


def test_what_a_spreadsheet_would_run_is_text_in_a_csv_and_comes_back(connection, exchange, geojson, tmp_path):
    names = ["=1+1", "'=1+1", "@x", "-a", "-1", "'quoted"]
    spots = [({"code": str(n), "name": name, "kind": "stake"}, "POINT (114.5 30.5)") for n, name in enumerate(names)]
    exchange("site", geojson(*spots))
    write_features(read_features(connection, CATALOGUE["site"]), tmp_path / "a.csv")
    shown = [line.split(",")[1] for line in (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()[1:]]
    assert shown == ["'=1+1", "''=1+1", "'@x", "'-a", "-1", "'quoted"]
    assert exchange("site", tmp_path / "a.csv").unchanged == len(names)


def test_only_what_is_true_today_and_within_the_box_is_exported(connection, exchange, geojson, tmp_path):
    past, future = {"valid_from": "2001-01-01", "valid_to": "2002-01-01"}, {"valid_from": "2999-01-01"}
    west, east = "POINT (114.1 30.5)", "POINT (114.9 30.5)"
    rows = [({"code": "1"}, west), ({"code": "2"}, east), ({"code": "3"} | past, west), ({"code": "4"} | future, west)]
    exchange("site", geojson(*[(fields | {"kind": "other"}, shape) for fields, shape in rows]))
    assert list(read_features(connection, CATALOGUE["site"]).values["code"]) == ["1", "2"]
    assert list(read_features(connection, CATALOGUE["site"], Bounds(114, 30, 114.5, 31)).values["code"]) == ["1"]


def test_every_layer_of_the_catalogue_exports(connection, tmp_path):
    for layer in CATALOGUE.values():
        assert write_features(read_features(connection, layer), tmp_path / f"{layer.id}.gpkg").features == 0


def test_an_unknown_suffix_is_refused(connection, tmp_path):
    with pytest.raises(BadInput, match=r"\.dwg.*\.geojson .*\.kml .*\.zip"):
        write_features(read_features(connection, CATALOGUE["road"]), tmp_path / "out.dwg")
