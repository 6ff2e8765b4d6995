"""Outlines as programs and the page send them: pasted, as a form with a file, as a file alone; asked in members."""

import zipfile

import pytest

from layers.crs import METRIC_DEFAULT
from tests.transfer.boundary_texts import HEAD, plot, rows
from tests.transfer.drawings import SQUARE, drawing, polyline

LAYERS = drawing(polyline() + polyline([(x + 200, y) for x, y in SQUARE], layer="绿线")).encode("gbk")


def outline(desk, status=200, **sent):
    answer = desk.client.post("/landuse/outline", **sent)
    assert answer.status_code == status, answer.text
    return answer.json()


def with_file(content, name, **fields):
    return {"files": {"file": (name, content)}, "data": fields}


def test_a_pasted_text_is_read_and_what_was_taken_is_told(land):
    found = outline(land, json={"text": HEAD + plot(rows())})
    assert found["outline"]["area"]["m2"] == pytest.approx(10_000, rel=1e-3)
    assert found["asked"]["crs"] == METRIC_DEFAULT and found["asked"]["crs_how"] == "found"
    assert any("与标准一致" in note for note in found["asked"]["notes"]) and found["name"] == "一号地"


def test_candidates_are_members_of_the_problem_and_one_of_them_answers_it(land):
    text = rows(form="{label} {north:.3f} {east:.3f}")
    first = outline(land, 400, json={"text": text})["candidates"][0]
    assert (first["crs"], first["axes"], first["inside"]) == (METRIC_DEFAULT, "ne", True)
    assert first["centre"] == pytest.approx([114.49, 30.56], abs=0.01) and first["geometry"]["type"] == "MultiPolygon"
    assert outline(land, json={"text": text, "crs": first["crs"], "axes": first["axes"]})["outlines"] == 1


def test_a_refused_text_names_its_row_as_a_member(land):
    assert outline(land, 400, json={"text": HEAD + plot(rows()).replace("J3,1", "J3,1x")})["row"] == 16


def test_the_layers_of_a_drawing_are_members_and_one_is_chosen_by_a_field(land):
    said = outline(land, 400, **with_file(LAYERS, "红线.dxf", crs="4547"))
    assert said["layers"] == ["红线", "绿线"] and "请用 layer_name 选定其一" in said["detail"]
    found = outline(land, **with_file(LAYERS, "红线.dxf", crs="4547", layer_name="绿线"))
    assert found["outline"]["area"]["m2"] == pytest.approx(10_000, rel=1e-3) and found["asked"]["source"] == "红线.dxf"


def test_a_file_may_be_the_body_itself_and_packed(land, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("界址点.txt", (HEAD + plot(rows())).encode("gbk"))
    body = (tmp_path / "a.zip").read_bytes()
    found = outline(land, content=body, params={"name": "报件.zip"})
    assert found["asked"]["source"] == "报件.zip" and found["outlines"] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.dxf", b"AC1032" + b"\0" * 99), ("a.dwg", b"x"), ("a.dxf", drawing("").encode()), ("a.txt", b"\xff" * 99),
        ("a.zip", b"PK\3\4"), ("a.kml", b"<!DOCTYPE k><kml/>"), ("a.gdb", b"x"), ("a.xlsx", b"x"), ("a.csv", b"\0" * 9),
        ("../../a.geojson", b"{}"), ("a.shp", b"x" * 200), ("a.geojson", b"[" * 99_999), ("", b"x"), ("红线", b"x"),
        ("a.txt", b"1,2\n" * 9), ("a.gpkg", b"SQLite format 3\0" + b"\0" * 99), ("a.osm.pbf", b"x"),
        ("a.parquet", b"x"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_in_words(land, name, content):
    said = outline(land, 400, content=content, params={"name": name})
    assert said["detail"].endswith("。") and any(word in said["detail"] for word in ("请", "支持")), said
