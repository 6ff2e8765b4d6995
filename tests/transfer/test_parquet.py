"""GeoParquet of any writer is read with its types and its system; ours is read by others, and written in pieces."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from api.transfer.exporting import export_layer, read_features, write_features
from api.transfer.read import Reading, read_source
from api.transfer.source import CLOSED
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED, WIRE, known, project
from layers.errors import BadCrs, BadFile, BadInput, TooLarge

CATALOGUE = read_catalogue()
SHAPES = shapely.from_wkt(["LINESTRING (114.5 30.5, 114.51 30.5)", "LINESTRING (114.6 30.5, 114.61 30.52)"])
WKB = pa.array(list(shapely.to_wkb(SHAPES)), pa.binary())


@pytest.fixture
def parquet(tmp_path):
    """A function that writes columns to a Parquet file, with the text of its `geo` metadata where one is given."""

    def write(geo=None, name="a.parquet", **columns):
        table = pa.table(columns)
        if geo is not None:
            told = geo if isinstance(geo, str) else json.dumps(geo)
            table = table.replace_schema_metadata({"geo": told})
        pq.write_table(table, tmp_path / name)
        return tmp_path / name

    return write


def about(crs="absent", **more):
    told = {"encoding": "WKB", "geometry_types": [], **more} | ({} if crs == "absent" else {"crs": crs})
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": told}}


def texts(source):
    return {name: values.tolist() for name, values in source.fields.items()}


def test_what_we_write_others_read_with_its_types(connection, imported, geojson, tmp_path):
    rows = [({"code": "007", "due_on": "2026-01-02"}, "POLYGON ((114 30, 114.1 30, 114.1 30.1, 114 30))")]
    imported("project", geojson(*rows))
    path = tmp_path / "out.parquet"
    write_features(read_features(connection, CATALOGUE["project"]), path)
    kinds = {field.name: str(field.type) for field in pq.read_schema(path)}
    assert (kinds["code"], kinds["due_on"], kinds["geometry"]) == ("string", "date32[day]", "binary")
    frame = gpd.read_parquet(path)
    assert frame.crs == known(STORED) and frame["due_on"].tolist() == [date(2026, 1, 2)]
    told = json.loads(pq.read_metadata(path).metadata[b"geo"])
    assert (told["version"], told["columns"]["geometry"]["geometry_types"]) == ("1.1.0", ["MultiPolygon"])


def test_moments_keep_their_instants(connection, imported, geojson, tmp_path):
    told = {"code": "1", "family": "fire", "kind": "open_burning", "source": "hotline"}
    first = imported("observation", geojson((told | {"found_at": "2026-06-01 08:30:00.25"}, "POINT (114.5 30.5)")))
    assert first.inserted == 1, first.rejects
    export_layer(connection, CATALOGUE["observation"], tmp_path / "out.parquet")
    assert str(pq.read_schema(tmp_path / "out.parquet").field("found_at").type) == "timestamp[us, tz=UTC]"
    found = read_source(tmp_path / "out.parquet").fields["found_at"][0]
    assert found == datetime(2026, 6, 1, 0, 30, 0, 250_000, UTC)
    assert imported("observation", tmp_path / "out.parquet").unchanged == 1


def test_a_layer_is_written_in_pieces(connection, imported, geojson, tmp_path, monkeypatch):
    spots = [({"code": str(n), "kind": "stake"}, f"POINT (114.{n + 1} 30.5)") for n in range(5)]
    imported("site", geojson(*spots))
    monkeypatch.setattr("api.transfer.features._PART_ROWS", 2)
    assert export_layer(connection, CATALOGUE["site"], tmp_path / "out.parquet").features == 5
    assert pq.read_metadata(tmp_path / "out.parquet").num_row_groups == 3
    assert imported("site", tmp_path / "out.parquet").unchanged == 5


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geopandas_own_files_are_read(tmp_path, encoding):
    frame = gpd.GeoDataFrame(
        {"名称": ["甲", None]}, geometry=project(SHAPES, STORED, METRIC_DEFAULT), crs=METRIC_DEFAULT
    )
    path = tmp_path / "a.geoparquet"
    frame.to_parquet(path, geometry_encoding=encoding, schema_version="1.1.0", write_covering_bbox=True)
    source = read_source(path)
    assert known(source.crs) == known(METRIC_DEFAULT) and texts(source) == {"名称": ["甲", None]}
    assert shapely.equals_exact(source.geometries, frame.geometry.values).all()
    assert source.notes == (), "the boxes of its shapes are no field"


def test_values_of_every_kind_are_taken_and_what_is_nested_is_left_out(parquet):
    moment = datetime(2026, 1, 2, 8, tzinfo=UTC)
    path = parquet(
        about(),
        whole=pa.array([1, None], pa.int64()),
        exact=pa.array([Decimal("0.10"), None]),
        day=pa.array([date(2026, 1, 2), None]),
        at=pa.array([moment, None], pa.timestamp("ns", tz="Asia/Shanghai")),
        listed=pa.array([["a", "b"], None]),
        coded=pa.array(["湖", "湖"]).dictionary_encode(),
        names=pa.array([{"zh": "甲"}, None]),
        deep=pa.array([[{"x": 1}], None]),
        raw=pa.array([b"\0", None]),
        geometry=WKB,
    )
    source = read_source(path)
    assert texts(source) == {
        "whole": [1, None],
        "exact": [Decimal("0.10"), None],
        "day": [date(2026, 1, 2), None],
        "at": [moment, None],
        "listed": [["a", "b"], None],
        "coded": ["湖", "湖"],
    }
    assert source.notes == ("未读取的列(嵌套或二进制):names、deep、raw",)


def test_without_a_word_on_its_system_it_is_wgs84_and_an_unknown_one_is_asked_for(parquet, imported):
    assert read_source(parquet(about(), geometry=WKB)).crs == WIRE, "as the format says"
    path = parquet(about(crs=None), code=["1", "2"], geometry=WKB)
    with pytest.raises(BadCrs, match="--crs"):
        imported("road", path)
    assert imported("road", path, Reading(crs=STORED)).inserted == 2


def test_without_metadata_a_column_of_shapes_is_taken_and_its_system_asked_for(parquet, imported):
    path = parquet(code=["1", "2"], geom=WKB)
    source = read_source(path)
    assert source.crs is None and source.notes == ("文件没有 geo 元数据:列 geom 按 WKB 读取",)
    with pytest.raises(BadCrs, match="--crs"):
        imported("road", path)
    assert imported("road", path, Reading(crs=STORED)).inserted == 2


def test_a_column_that_arrow_calls_shapes_says_its_system(tmp_path):
    told = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": json.dumps({"crs": STORED})}
    schema = pa.schema([pa.field("形状", pa.binary(), metadata=told)])
    pq.write_table(pa.table([WKB], schema=schema), tmp_path / "a.parquet")
    assert read_source(tmp_path / "a.parquet").crs == STORED


def test_shapes_that_cannot_be_read_are_told_by_row(parquet):
    ring = shapely.to_wkb(shapely.from_wkt("POLYGON ((0 0, 1 0, 1 1, 0 0))"))
    unclosed = ring.replace((4).to_bytes(4, "little"), (3).to_bytes(4, "little"))[:-16]
    source = read_source(parquet(about(), geometry=pa.array([unclosed, b"\1\2", None], pa.binary())))
    assert source.repairs == {CLOSED: 1}
    assert [fault is None for fault in source.faults] == [True, False, True] and source.geometries[2] is None


@pytest.mark.parametrize(
    ("geo", "told"),
    [
        ("{", "geo 元数据有误"),
        ("[]", "geo 元数据有误"),
        ({"primary_column": "geometry", "columns": {}}, "geo 元数据有误"),
        ({**about(), "primary_column": "x", "columns": {"x": {"encoding": "WKB"}}}, "不在文件里"),
        (about(encoding="klingon"), "klingon"),
    ],
)
def test_metadata_that_mean_nothing_are_said(parquet, geo, told):
    with pytest.raises(BadFile, match=told):
        read_source(parquet(geo, geometry=WKB))


def test_a_table_without_shapes_is_said(parquet):
    with pytest.raises(BadInput, match=r"没有 geo 元数据.*GeoParquet"):
        read_source(parquet(code=["1"], raw=pa.array(["x"])))


def test_what_is_cut_short_or_something_else_is_refused(parquet, tmp_path):
    path = parquet(about(), code=[str(n) * 50 for n in range(2)], geometry=WKB)
    raw = path.read_bytes()
    spoilt = [raw[: int(len(raw) * share)] for share in (0.0, 0.3, 0.9, 0.999)]
    for content in [
        *spoilt,
        b"code,lon,lat\n1,2,3\n",
        b"PAR1" + b"\xff" * 200 + b"PAR1",
        raw[:4] + b"\0" * 60 + raw[64:],
    ]:
        path.write_bytes(content)
        with pytest.raises(BadFile, match=r"a\.parquet 被截断、已损坏或不是 Parquet"):
            read_source(path)


def test_a_file_of_more_rows_or_bytes_than_fit_is_refused(parquet, monkeypatch):
    path = parquet(about(), code=pa.array(["x" * 1_000] * 2), geometry=WKB)
    monkeypatch.setattr("api.transfer.parquet._MOST_BYTES", 100)
    with pytest.raises(TooLarge, match="100 字节"):
        read_source(path)
    monkeypatch.setattr("api.transfer.parquet._MOST_ROWS", 1)
    with pytest.raises(TooLarge, match="2 行 2 列"):
        read_source(path)
