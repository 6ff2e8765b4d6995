"""A layer is written some features at a time: the file is the same, and no more of them are held than a few."""

import weakref

import numpy as np
import pytest
import shapely

from api.transfer import exporting, features
from api.transfer.exporting import export_layer, read_features, write_features
from api.transfer.features import Features, Stream
from api.transfer.read import read_source
from layers.catalogue import read_catalogue
from layers.errors import BadInput
from tests.transfer.places import square

CATALOGUE = read_catalogue()
APART = sorted(set(exporting._WRITERS) - {".json", ".geoparquet", ".kmz"})
"""All suffixes but those that are written as another is."""
SPOT = "POINT (114.1234567890123 30.5)"
LINE = "LINESTRING (114.1234567890123 30.5, 114.51 30.5)"


@pytest.fixture
def city(connection, imported, geojson, monkeypatch):
    """Five projects, roads and places; of the places the last is an area. Parts are of two features."""
    monkeypatch.setattr(features, "_PART_ROWS", 2)
    texts = ["拆" * 100, "拆", "拆\x0b迁", "迁\x0b移", "拆" * 200]
    projects = [({"code": str(n), "name": "名" * n, "obstacles": text}, square()) for n, text in enumerate(texts, 1)]
    imported("project", geojson(*projects))
    roads = imported(
        "road", geojson(*[({"code": f"00{n}", "width_m": (n + 1) / 7, "name": "=1"}, LINE) for n in range(5)])
    )
    assert roads.inserted == 5, roads.rejects
    sites = [({"code": str(n), "kind": "stake"}, square() if n == 4 else SPOT) for n in range(5)]
    imported("site", geojson(*sites))
    return connection


@pytest.mark.parametrize("layer", ["project", "road", "site"])
def test_a_file_of_many_parts_says_what_one_of_a_single_part_says(city, tmp_path, layer):
    features = read_features(city, CATALOGUE[layer])
    for suffix in APART:
        if layer == "site" and suffix in (".shp", ".zip"):
            continue
        parts, whole = tmp_path / "parts" / f"a{suffix}", tmp_path / "whole" / f"a{suffix}"
        for path in (parts, whole):
            path.parent.mkdir(exist_ok=True)
        written, again = export_layer(city, CATALOGUE[layer], parts), write_features(features, whole)
        assert (written.features, written.remarks) == (again.features, again.remarks) == (5, again.remarks), suffix
        one, other = read_source(parts), read_source(whole)
        assert told(one) == told(other), suffix
        assert shapely.to_wkb(one.geometries).tolist() == shapely.to_wkb(other.geometries).tolist(), suffix


def told(source):
    return {name: values.tolist() for name, values in source.fields.items()}


@pytest.mark.parametrize("suffix", [".shp", ".zip"])
def test_a_mixture_is_refused_before_anything_is_written_or_left_open(city, tmp_path, suffix):
    with pytest.raises(BadInput, match="只能有一种图形"):
        export_layer(city, CATALOGUE["site"], tmp_path / f"mixed{suffix}")
    assert not [one for one in tmp_path.iterdir() if "mixed" in one.name]
    assert city.exec_driver_sql("SELECT count(*) FROM pg_cursors").scalar() == 0


def test_what_a_format_cannot_hold_is_counted_over_all_parts(city, tmp_path):
    cut = export_layer(city, CATALOGUE["project"], tmp_path / "a.shp").remarks
    assert any("obstacles(未解决的问题) 有 2 处文字超过 254 字节" in remark for remark in cut)
    lost = export_layer(city, CATALOGUE["project"], tmp_path / "a.kml").remarks
    assert lost == ["字段 obstacles(未解决的问题) 有 2 处控制字符,KML 不能存,已去掉"]


@pytest.mark.parametrize("suffix", APART)
def test_no_more_than_a_few_parts_are_held_at_once(connection, tmp_path, suffix):
    columns = read_features(connection, CATALOGUE["road"]).columns
    alive: list[weakref.ref[Features]] = []
    held = []

    def parts(count):
        for number in range(count):
            values = {column.name: np.full(3, None, dtype=object) for column in columns}
            values["code"] = np.array([f"{number}-{row}" for row in range(3)], dtype=object)
            part = Features(CATALOGUE["road"], columns, values, np.full(3, shapely.from_wkt(LINE), dtype=object))
            alive.append(weakref.ref(part))
            held.append(sum(one() is not None for one in alive))
            yield part
            del part

    stream = Stream(CATALOGUE["road"], columns, parts(6), 18, frozenset({"LineString"}))
    exporting._WRITERS[suffix](stream, tmp_path / f"a{suffix}")
    assert len(held) == 6 and max(held) <= 3
