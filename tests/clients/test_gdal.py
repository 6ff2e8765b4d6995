"""GDAL over the standard interface and over tiles: all that the platform tells of, narrowed by the server itself."""

import json
import re
import shutil
import subprocess
from datetime import datetime

import pyogrio
import pytest
import shapely

from tests.clients.conftest import BOX, MERCATOR_BOX, SPOT, ZOOM

UNTOLD = {
    "known_to": "nothing that is valid today has one",
}
"""Of what the screen is told, the members that features of the standard interface do not have."""
WHOLE = """
import json, sys, pyogrio, shapely
source, signed = sys.argv[1:]
pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": signed})
def of(layer):
    meta, ids, shapes, columns = pyogrio.raw.read(
        source, layer=layer, return_fids=True, datetime_as_string=True, PAGE_SIZE=15
    )
    rows = [dict(zip(meta["fields"].tolist(), row)) for row in zip(*(column.tolist() for column in columns))]
    texts = shapely.to_geojson(shapely.from_wkb(shapes)).tolist()
    return [{"id": id, "properties": row, "geometry": text} for id, row, text in zip(ids.tolist(), rows, texts)]
print(json.dumps({layer: of(layer) for layer in pyogrio.list_layers(source)[:, 0].tolist()}))
"""
NARROWED = """
import json, os, sys, pyogrio
source, signed, log, *questions = sys.argv[1:]
pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": signed, "CPL_DEBUG": "ON", "CPL_LOG": log})
def codes(layer, asked):
    if "bbox" in asked:
        asked["bbox"] = tuple(asked["bbox"])
    found = pyogrio.read_dataframe(source, layer=layer, columns=["code"], read_geometry=False, **asked)
    return sorted(found["code"])
print(json.dumps([codes(*json.loads(question)) for question in questions]))
"""
TILES = """
import json, sys, pyogrio
source, signed, west, south, east, north, *options = sys.argv[1:]
pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": signed})
asked = {"bbox": tuple(map(float, (west, south, east, north))), **dict(option.split("=", 1) for option in options)}
def ids(layer):
    found = pyogrio.read_dataframe(source, layer=layer, read_geometry=False, **asked)
    return sorted({int(one) for one in found["mvt_id"]}) if len(found) else []
print(json.dumps({layer: ids(layer) for layer in pyogrio.list_layers(source)[:, 0].tolist()}))
"""


@pytest.fixture(scope="module")
def signed(town):
    """Name and word with which GDAL signs in: it sends a header of its own in place of those it is told to."""
    return f"any:{town.token}"


def test_every_layer_read_wholly_is_what_the_screen_is_told(town, signed, apart):
    read = apart(WHOLE, f"OAPIF:{town.ogc}", signed)
    assert list(read) == list(town.layers())
    for layer, features in read.items():
        told = town.features(layer)
        assert sorted(one["id"] for one in features) == sorted(told), layer
        for feature in features:
            assert_same(feature, told[feature["id"]])


def assert_same(read, told):
    assert set(told["properties"]) - set(read["properties"]) <= set(UNTOLD)
    for name, value in read["properties"].items():
        assert in_gdal(value) == as_kept(told["properties"][name]), name
    shape, true = shapely.from_geojson([read["geometry"], json.dumps(told["geometry"])])
    assert shapely.equals_exact(shape, true, 1e-9, normalize=True)


def in_gdal(value):
    """A value as GDAL and numpy give it: moments in seconds since 1970, no number as none."""
    if value is None or value != value:
        return None
    return datetime.fromisoformat(value).timestamp() if is_moment(value) else value


def as_kept(value):
    """A value as far as they keep it apart: moments to the hundredth of a second."""
    return pytest.approx(in_gdal(value), rel=0, abs=0.01) if is_moment(value) else in_gdal(value)


def is_moment(value):
    return isinstance(value, str) and bool(re.match(r"\d{4}-\d\d-\d\dT", value))


NARROW = [
    ("road", {"where": "code = 'R07' OR width_m > 19"}, ["R07", "R39"]),
    ("road", {"where": "name IS NULL AND width_m >= 15"}, ["R30", "R33", "R39"]),
    ("site", {"where": "kind = 'ponding'"}, ["S11", "S14", "S17", "S2", "S20", "S5", "S8"]),
    ("road", {"bbox": (114.4995, 30.54, 114.5015, 30.56)}, ["R19", "R20", "R21"]),
    ("road", {"bbox": (114.4995, 30.54, 114.5015, 30.56), "where": "width_m > 10"}, ["R21"]),
]


def test_a_place_and_a_value_are_asked_of_the_server_and_every_answer_is_right(town, signed, apart, tmp_path):
    log = tmp_path / "log"
    questions = [json.dumps(question[:2]) for question in NARROW]
    answers = apart(NARROWED, f"OAPIF:{town.ogc}", signed, str(log), *questions)
    assert answers == [codes for *_, codes in NARROW]
    asked = [line for line in log.read_text("utf-8", "replace").splitlines() if "Fetch(" in line and "/items?" in line]
    # What is not a value of a column it chooses itself: it knows the draft of CQL, not CQL2.
    assert sum("kind=ponding" in line for line in asked) == 1
    assert sum("bbox=" in line and "bbox-crs=" in line for line in asked) == 2


@pytest.mark.parametrize("layer", ["road", "water", "site"])
def test_its_command_makes_a_file_of_a_layer(town, signed, tmp_path, layer):
    command = shutil.which("ogr2ogr")
    if command is None:
        pytest.skip("no ogr2ogr: apt-get install gdal-bin")
    file = tmp_path / f"{layer}.gpkg"
    asked = [command, "-q", "--config", "GDAL_HTTP_USERPWD", signed, "-nlt", "GEOMETRY"]
    asked += [str(file), f"OAPIF:{town.ogc}", layer]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    read = pyogrio.read_dataframe(file, columns=["code"])
    told = {one["properties"]["code"]: one["geometry"] for one in town.features(layer).values()}
    assert sorted(read["code"]) == sorted(told)
    shapes = read.to_crs("OGC:CRS84").geometry
    for code, shape in zip(read["code"], shapes, strict=True):
        assert shapely.equals_exact(shape, shapely.from_geojson(json.dumps(told[code])), 1e-9, normalize=True)


def test_tiles_by_their_addresses_hold_what_the_interface_tells_of(town, signed, apart):
    names = ",".join(town.layers())
    asked = [str(degrees) for degrees in MERCATOR_BOX]
    told = [f"METADATA_FILE={town.url}/tiles/{names}.json", "TILE_EXTENSION=mvt"]
    found = apart(TILES, f"MVT:{town.url}/tiles/{names}/{ZOOM}", signed, *asked, *told)
    assert {layer: ids for layer, ids in found.items() if layer in town.layers()} == {
        layer: sorted(town.within(layer, BOX)) for layer in town.layers()
    }
    assert found["left_out"] == []


def test_one_tile_as_a_file_is_the_same_tile(town, signed, apart, tmp_path):
    names = ",".join(town.layers())
    place = f"{ZOOM}/{SPOT[0]}/{SPOT[1]}"
    file = tmp_path / place
    file.parent.mkdir(parents=True)
    file = file.with_suffix(".mvt")
    file.write_bytes(town.get(f"/tiles/{names}/{place}").content)
    everywhere = [str(degrees) for degrees in MERCATOR_BOX]
    of_file = apart(TILES, str(file), signed, *everywhere)
    assert of_file == apart(TILES, f"MVT:{town.url}/tiles/{names}/{place}.mvt", signed, *everywhere)
    assert of_file["road"] and of_file["water"] and of_file["water_label"]
