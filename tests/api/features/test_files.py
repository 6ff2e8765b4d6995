"""Layers as files: every format holds the same features, however they are cut into pieces; and GDAL reads the pages."""

import csv
import io
import json
import subprocess
import sys
import threading

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from api.features import files, gdal
from layers.crs import known
from tests.api.conftest import fill
from tests.api.features.conftest import CRS84, EPSG, ROADS
from tests.conftest import serving

FORMATS = ("csv", "fgb", "parquet", "gpkg")


@pytest.fixture(scope="module")
def roads(asker):
    """The roads of the pages, by code."""
    return {one["properties"]["code"]: one for one in asker.ask("road").json()["features"]}


def read(format, body, folder):
    path = folder / f"road.{format}"
    path.write_bytes(body)
    if format == "parquet":
        return gpd.read_parquet(path)
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        return gpd.GeoDataFrame(rows, geometry=shapely.from_wkt([row["wkt"] for row in rows]))
    return pyogrio.read_dataframe(path, layer="road")  # a GeoPackage holds its look beside it


@pytest.mark.parametrize(("format", "rows"), [("csv", 7), ("parquet", 7), ("fgb", 7), ("fgb", 5000), ("gpkg", 7)])
def test_a_file_holds_what_the_pages_hold(asker, roads, tmp_path, monkeypatch, format, rows):
    monkeypatch.setattr(files, "_GROUP_ROWS", rows)
    monkeypatch.setattr("api.features.rows._ROWS_AT_ONCE", 3)
    answer = asker.ask("road", f=format)
    assert answer.headers["content-disposition"] == f'attachment; filename="road.{format}"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    frame = read(format, answer.content, tmp_path).sort_values("code")
    assert list(frame["code"]) == list(roads)
    assert [int(one) for one in frame["id"]] == [one["id"] for one in roads.values()]
    for code, shape, name, width in zip(frame["code"], frame.geometry, frame["name"], frame["width_m"], strict=True):
        told = roads[code]["properties"]
        assert shape.equals_exact(shapely.from_geojson(json.dumps(roads[code]["geometry"])), 1e-9)
        if format == "csv":
            assert name == _inert(told["name"])
            assert (float(width) if width else None) == told["width_m"]
        else:
            assert (name if isinstance(name, str) else None) == told["name"]
            assert (None if width != width else width) == told["width_m"]


def _inert(name):
    return "" if name is None else f"'{name}" if name.startswith("=") else name


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_of_nothing_is_a_file(asker, tmp_path, format):
    answer = asker.ask("road", f=format, code="nothing")
    assert len(read(format, answer.content, tmp_path)) == 0
    assert "link" not in answer.headers


@pytest.mark.parametrize("format", ["csv", "fgb"])
def test_a_limited_file_leads_to_the_next(asker, roads, tmp_path, format):
    answer = asker.ask("road", f=format, limit=30)
    url = answer.headers["link"].partition(">")[0][1:]
    rest = read(format, asker.desk.client.get(url).content, tmp_path)
    assert [*read(format, answer.content, tmp_path)["code"].sort_values(), *rest["code"].sort_values()] == list(roads)


@pytest.mark.parametrize(
    ("format", "uri"),
    [
        ("fgb", f"{EPSG}4547"),
        ("fgb", CRS84),
        ("parquet", f"{EPSG}4326"),
        ("gpkg", f"{EPSG}4490"),
        ("gpkg", f"{EPSG}3857"),
    ],
)
def test_a_file_knows_its_system_and_has_easting_first(asker, tmp_path, format, uri):
    answer = asker.ask("road", f=format, crs=uri, limit=1)
    assert answer.headers["content-crs"] == f"<{uri}>"
    frame = read(format, answer.content, tmp_path)
    asked = known("EPSG:4326" if uri == CRS84 else uri.replace(EPSG, "EPSG:"))
    assert frame.crs.equals(asked) or (frame.crs.name, uri) == ("WGS 84 (CRS84)", CRS84)
    west, south = frame.to_crs("OGC:CRS84").total_bounds[:2]
    assert (round(west, 6), round(south, 6)) == (114.401, 30.5)


def test_parquet_says_what_it_holds(asker, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_GROUP_ROWS", 16)
    monkeypatch.setattr("api.features.rows._ROWS_AT_ONCE", 8)
    file = pq.ParquetFile(io.BytesIO(asker.ask("road", f="parquet").content))
    told = json.loads(file.metadata.metadata[b"geo"])
    assert told["version"] == "1.1.0" and told["primary_column"] == "geom"
    assert told["columns"]["geom"]["encoding"] == "WKB"
    assert told["columns"]["geom"]["geometry_types"] == ["LineString"]
    assert told["columns"]["geom"]["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    assert file.num_row_groups == 3
    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert types["valid_from"] == "date32[day]" and types["known_from"] == "timestamp[us, tz=UTC]"
    assert types["edition_id"] == "int64" and types["width_m"] == "double"


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_one_feature_is_a_file_as_well(asker, roads, tmp_path, format):
    frame = read(format, asker.ask("road", roads["R005"]["id"], f=format).content, tmp_path)
    assert list(frame["code"]) == ["R005"]


def test_files_hold_only_the_columns_asked_for(asker, tmp_path):
    frame = read("gpkg", asker.ask("road", f="gpkg", properties="code").content, tmp_path)
    assert set(frame.columns) == {"id", "code", "geometry"}
    bare = read("parquet", asker.ask("road", f="parquet", properties="").content, tmp_path)
    assert set(bare.columns) == {"id", "geom"}


def test_what_gdal_cannot_write_is_told(tmp_path):
    import pyarrow as pa

    schema = pa.schema([pa.field("geom", pa.binary())])
    batches = (pa.record_batch([[None]], schema=schema) for _ in range(3))
    target = gdal.Target(str(tmp_path / "x.gpkg"), "NoSuchDriver", "x", "Point", "EPSG:4326")
    with pytest.raises(RuntimeError, match="NoSuchDriver"):
        gdal.write(batches, schema, target)


def test_a_fault_half_way_leaves_no_file_and_no_process(tmp_path):
    import pyarrow as pa

    schema = pa.schema([pa.field("geom", pa.binary())])

    def batches():
        yield from (pa.record_batch([[None]], schema=schema) for _ in range(2))
        raise LookupError("the database went away")

    target = gdal.Target(str(tmp_path / "x.gpkg"), "GPKG", "x", "Point", "EPSG:4326")
    with pytest.raises(LookupError):
        gdal.write(batches(), schema, target)


CLIENT = """
import sys, pyogrio
for system in ("OGC:CRS84", "EPSG:4490", "EPSG:4547"):
    whole = pyogrio.read_dataframe(sys.argv[1], layer="road", CRS=system, PAGE_SIZE=15)
    west, south = whole.to_crs("OGC:CRS84").total_bounds[:2]
    x, y = whole[whole.code == "R005"].total_bounds[:2]
    reach = 0.0001 if abs(x) < 200 else 10
    box = (x - reach, y - reach, x + reach, y + reach)
    near = pyogrio.read_dataframe(sys.argv[1], layer="road", CRS=system, bbox=box)
    print(system, len(whole), round(west, 6), round(south, 6), *near.code)
print(*pyogrio.read_dataframe(sys.argv[1], layer="road", where="code = 'R007' OR width_m > 19").code)
"""


def test_gdal_reads_every_page_in_every_system(engine):
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(ROADS, execution_options={"no_parameters": True})
    with serving(engine) as url:
        # In a process of its own: GDAL holds the interpreter while it waits for the server.
        asked = [sys.executable, "-c", CLIENT, f"OAPIF:{url}/ogc"]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert said.returncode == 0, said.stderr
    *systems, filtered = said.stdout.splitlines()
    for line in systems:
        assert line.split()[1:] == ["40", "114.401", "30.5", "R005"], line
    assert filtered == "R007 R039"


def test_whoever_fetches_layers_leaves_connections_to_the_others(asker, monkeypatch):
    monkeypatch.setattr(files, "_TURNS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(files, "POOL_WAIT_S", 0)
    with files.turn("csv"):
        answer = asker.ask("road", f="csv", status=503)
        assert "正在生成的文件" in answer.json()["detail"] and answer.headers["retry-after"]
        assert asker.ask("road", limit=1)
    assert asker.refusal("road", f="csv", filter="width_m ^ 9999 > 1")
    assert asker.ask("road", f="csv"), "a turn is given back, whatever came of it"
