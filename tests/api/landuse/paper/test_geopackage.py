"""The GeoPackage read back by GDAL: five layers whatever the answer, shapes and figures those of the answer."""

import pyogrio
import pytest
import shapely

from api.landuse.paper.geopackage import LAYERS, gpkg_of
from tests.api.landuse.paper.checks import check
from tests.api.landuse.paper.conftest import NOW, READER, made


def layer(file, name):
    return pyogrio.read_dataframe(file, layer=name)


@pytest.fixture(scope="module")
def body(answer, tmp_path_factory):
    file = made(answer, "gpkg")
    assert file.name.endswith(".gpkg") and file.media == "application/geopackage+sqlite3"
    return kept(file.body, tmp_path_factory.mktemp("gpkg"))


def kept(body, folder):
    path = folder / "check.gpkg"
    path.write_bytes(body)
    return path


def test_it_has_its_layers_in_the_stored_system(body):
    assert [name for name, _ in pyogrio.list_layers(body)] == list(LAYERS)
    assert all(layer(body, name).crs.to_epsg() == 4490 for name in LAYERS)
    assert {kind for _, kind in pyogrio.list_layers(body)} == {"MultiPolygon"}


def test_the_outline_says_what_the_answer_is_and_whose_copy(body, answer):
    [row] = layer(body, "范围").to_dict("records")
    assert row["answer"] == "不可" and row["check"] == answer["check"] and "线索,非认定" in row["stamp"]
    assert row["printed_for"] == READER and row["m2"] == answer["outline"]["area"]["m2"]
    assert row["geometry"].equals(shapely.from_geojson(shapely.to_geojson(row["geometry"])))


def test_pieces_are_the_answers_own(body, answer):
    found = layer(body, "地类图斑")
    assert found["m2"].tolist() == [one["area"]["m2"] for one in answer["pieces"]]
    assert found["piece"].tolist() == [1, 2, 3, 4, 5, 6] and found["sliver"].tolist() == [False] * 4 + [True, False]
    for shape, one in zip(found.geometry, answer["pieces"], strict=True):
        assert geojson_of(shape) == one["geometry"]["coordinates"]


def test_conflicts_are_reasons_with_the_shape_of_what_they_name(body, answer):
    found = layer(body, "冲突")
    assert set(found["answer"]) == {"不可", "须报批"} and found["rule"].str.startswith("build_").all()
    [redline] = found[found["rule"] == "build_eco_redline"].to_dict("records")
    assert redline["m2"] == 1000.0 and redline["code"] == "ECO_REDLINE-01" and "142号" in redline["citation"]
    assert geojson_of(redline["geometry"]) == answer["zones"][1]["features"][0]["geometry"]["coordinates"]
    farm = found[found["rule"] == "build_farm_conversion"]
    assert farm["code"].tolist() == [one["code"] for one in answer["pieces"] if one["group"] == "farm"]


def test_faults_of_the_base_are_told_apart(body):
    found = layer(body, "缝隙重叠")
    assert found["kind"].tolist() == ["缝隙", "重叠"] and found["a"].tolist()[1] == "42011108100002"
    assert found["m2"].tolist()[1] == 100.0


def test_layers_of_nothing_have_their_fields(answer, tmp_path):
    bare = check(pieces=[], zones=[], touched=[], slivers=[], name="甲\x00\ud800")
    bare["verdict"] = answer["verdict"] | {"reasons": []}
    bare["base"] |= {"gaps": [], "overlaps": []}
    body = kept(gpkg_of(bare, READER, NOW), tmp_path)
    assert [len(layer(body, name)) for name in LAYERS] == [1, 0, 0, 0, 0]
    assert layer(body, "地类图斑")["m2"].dtype.kind == "f" and layer(body, "范围")["name"].tolist() == ["甲  "]


def test_a_kind_whose_zones_have_no_shapes_of_their_own_is_one_row(answer, tmp_path):
    kinds = [one | {"features": [{**each, "geometry": None} for each in one["features"]]} for one in answer["zones"]]
    body = kept(gpkg_of(answer | {"zones": kinds}, READER, NOW), tmp_path)
    assert layer(body, "控制区")["kind"].tolist() == ["permanent_farmland", "eco_redline", "green"]
    assert "build_eco_redline" in layer(body, "冲突")["rule"].tolist()


def geojson_of(shape):
    return [
        [[list(place) for place in ring.coords] for ring in (part.exterior, *part.interiors)] for part in shape.geoms
    ]
