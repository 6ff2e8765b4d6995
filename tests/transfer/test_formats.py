"""What holds for every format alike: the same features come to the same, whatever file they come in."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from api.transfer.exporting import read_features, write_features
from api.transfer.formats import FORMATS, READABLE, WRITABLE
from api.transfer.read import Reading, read_source
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED, project
from layers.errors import BadCrs, BadFile, BadInput

CATALOGUE = read_catalogue()
SPOTS = shapely.points([[114.5, 30.5], [114.6, 30.6]])
BOW = "POLYGON ((114.5 30.5, 114.51 30.51, 114.51 30.5, 114.5 30.51, 114.5 30.5))"
ROWS = {
    "good": shapely.box(114.5, 30.5, 114.51, 30.51),
    "bow": shapely.from_wkt(BOW),
    "swapped": shapely.box(30.5, 114.5, 30.51, 114.51),
    "far": shapely.box(0, 0, 1, 1),
    "line": shapely.LineString([(114.5, 30.5), (114.6, 30.6)]),
    "metres": shapely.box(540_000, 3_380_000, 540_100, 3_380_100),
    "none": None,
}
REASONS = {
    "swapped": "经纬度颠倒",
    "far": "在部署范围",
    "line": "图形类型是线,此图层要求",
    "metres": "看起来是米,却标为度",
    "none": "没有图形",
}


def written(frame, path):
    """The frame in the format of the path's suffix, by GeoPandas and not by us."""
    suffix = path.suffix.lstrip(".")
    if suffix == "parquet":
        frame.to_parquet(path)
    elif suffix == "csv":
        texts = [shape.wkt if shape else None for shape in frame.geometry]
        system = "" if frame.crs is None else f"SRID={frame.crs.to_epsg()};"
        pd.DataFrame(frame.drop(columns="geometry")).assign(wkt=[t and f"{system}{t}" for t in texts]).to_csv(path)
    elif suffix == "kml":
        marks = [placemark(*row) for row in zip(frame["code"], frame.geometry, strict=True)]
        path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2">{"".join(marks)}</kml>', "utf-8")
    else:
        frame.to_file(path)
    return path


def placemark(code, shape):
    """As GDAL would not write it: with whatever coordinates."""
    told = f'<ExtendedData><Data name="code"><value>{code}</value></Data></ExtendedData>'
    if shape is not None:
        corners = " ".join(f"{x!r},{y!r}" for x, y in shapely.get_coordinates(shape).tolist())
        line = f"<coordinates>{corners}</coordinates>"
        ring = f"<outerBoundaryIs><LinearRing>{line}</LinearRing></outerBoundaryIs>"
        told += f"<Polygon>{ring}</Polygon>" if shape.geom_type == "Polygon" else f"<LineString>{line}</LineString>"
    return f"<Placemark>{told}</Placemark>"


@pytest.mark.parametrize("form", ["geojson", "gpkg", "fgb", "parquet", "kml", "csv"])
def test_the_same_rows_are_taken_and_refused_for_the_same_reasons(imported, tmp_path, form):
    # A shapefile holds one kind of shape; FlatGeobuf none that is not there, with its index.
    rows = {code: shape for code, shape in ROWS.items() if not (form == "fgb" and code == "none")}
    frame = gpd.GeoDataFrame({"code": list(rows)}, geometry=list(rows.values()), crs=STORED)
    report = imported("project", written(frame, tmp_path / f"a.{form}"), skip_bad=True)
    assert (report.read, report.inserted) == (len(rows), 2)
    assert report.repairs == {"修正自相交等无效图形": 1}
    told = {reject.code: reject.reason for reject in report.rejects}
    assert told.keys() == rows.keys() & REASONS.keys()
    assert [code for code in told if REASONS[code] not in told[code]] == [], told


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize("form", ["gpkg", "fgb", "parquet", "csv"])
def test_a_file_that_does_not_say_its_system_is_asked_for_it(imported, tmp_path, form):
    shapes = project(np.array([ROWS["good"]]), STORED, METRIC_DEFAULT)
    path = written(gpd.GeoDataFrame({"code": ["1"]}, geometry=shapes), tmp_path / f"a.{form}")
    with pytest.raises(BadCrs, match="--crs"):
        imported("project", path)
    assert imported("project", path, Reading(crs=METRIC_DEFAULT)).inserted == 1


@pytest.mark.parametrize("form", ["geojson", "gpkg", "fgb"])
def test_moments_keep_their_offsets(tmp_path, form):
    moments = pd.to_datetime(["2026-06-01T08:30:00.25+02:00", "2026-06-01T00:00:00.00+02:00"])
    columns = {"at": moments, "day": pd.to_datetime(["2026-06-01", "2026-06-02"])}
    gpd.GeoDataFrame(columns, geometry=SPOTS, crs=STORED).to_file(tmp_path / f"a.{form}")
    found = read_source(tmp_path / f"a.{form}").fields
    assert sorted(found["at"]) == ["2026-06-01T00:00:00+02:00", "2026-06-01T08:30:00.250+02:00"]
    assert form == "geojson" or sorted(found["day"]) == ["2026-06-01", "2026-06-02"], "else all of it is text"


KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>甲</name></Placemark></kml>'
VRT = '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>b.fgb</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "fgb", "kml", "kmz", "parquet", "shp", "zip", "xlsx", "osm.pbf"])
@pytest.mark.parametrize("content", ["csv", "kml", "vrt", "fgb"])
def test_what_is_something_else_than_its_suffix_says_is_refused(tmp_path, suffix, content):
    gpd.GeoDataFrame(geometry=SPOTS, crs=STORED).to_file(tmp_path / "b.fgb")
    texts = {"csv": b"lon,lat\n1,2\n", "kml": KML.encode(), "vrt": VRT.encode()}
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(texts.get(content) or (tmp_path / "b.fgb").read_bytes())
    if content != suffix:
        with pytest.raises((BadFile, BadInput), match=r"a\."):
            read_source(path)


def test_every_format_that_is_named_is_there_and_every_other_names_them(connection, tmp_path):
    features = read_features(connection, CATALOGUE["site"])
    for one in FORMATS:
        for suffix in one.suffixes:
            if one.writes:
                assert write_features(features, tmp_path / f"a{suffix}").features == 0
            if one.reads and not one.writes:
                (tmp_path / f"a{suffix}").write_bytes(b"x")
                with pytest.raises((BadFile, BadInput), match=re.escape(f"a{suffix}")):
                    read_source(tmp_path / f"a{suffix}")
    (tmp_path / "a.mid").write_bytes(b"x")
    with pytest.raises(BadFile, match=re.escape(READABLE)):
        read_source(tmp_path / "a.mid")
    with pytest.raises(BadInput, match=re.escape(WRITABLE)):
        write_features(features, tmp_path / "b.dwg")
