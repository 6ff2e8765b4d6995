"""What a check answers: pieces, sums, zones, reasons, editions; how outlines may come; what is refused."""

import json

import numpy as np
import pytest
import shapely

from layers.crs import METRIC_DEFAULT, STORED, project
from tests.api.landuse.conftest import ZONES, asked, box, degrees, geojson

FIELD = box(20, 20, 120, 120)
"""In permanent farmland, over four parcels."""


def rules(answer, what):
    return {each["rule"] for each in answer["verdict"]["reasons"] if each["answer"] == what and each["decides"]}


def zone(answer, kind):
    return next(each for each in answer["zones"] if each["kind"] == kind)


@pytest.fixture(scope="module")
def field(land):
    return asked(land, FIELD, name="田头")


def test_pieces_add_up_to_the_outline(field):
    total_m2 = sum(piece["area"]["m2"] for piece in field["pieces"])
    assert total_m2 == pytest.approx(field["outline"]["area"]["m2"], abs=0.01)
    assert [piece["code"] for piece in field["pieces"]] == ["P1", "P2", "P4", "P5"]
    assert field["base"]["gap"]["m2"] == 0 and abs(field["base"]["remainder_m2"]) < 0.01
    assert sorted(row["code"] for row in field["classes"][0]["rows"]) == ["0101", "0103", "0301", "1104"]
    assert field["outline"]["area"]["mu"] == pytest.approx(field["outline"]["area"]["m2"] * 0.0015, abs=1e-4)


def test_areas_are_those_of_the_database(land, field):
    """Of geo.landuse, in numpy, and of PostGIS: neither knows the other."""
    for piece in [*field["pieces"], field["outline"]]:
        wkb = shapely.from_geojson(json.dumps(piece["geometry"])).wkb
        by_database = land.run("SELECT city.area_m2(ST_GeomFromWKB(%s, 4490))", wkb)
        assert piece["area"]["m2"] == pytest.approx(by_database, abs=0.01)


def test_cultivated_land_is_told_gross_and_net_and_what_has_no_ratio(field):
    told = field["cultivated"]
    of_ratio, without = (next(p["area"]["m2"] for p in field["pieces"] if p["code"] == code) for code in ("P1", "P2"))
    assert told["gross"]["m2"] == pytest.approx(of_ratio + without, abs=0.01)
    assert told["ridges"]["m2"] == pytest.approx(0.1 * of_ratio, abs=0.01)
    assert told["without_ratio"]["m2"] == pytest.approx(without, abs=0.01)
    assert told["net_most"]["m2"] == pytest.approx(0.9 * of_ratio + without, abs=0.01)


def test_every_reason_names_its_rule_its_law_and_the_version_of_what_it_stands_on(land, field):
    reason = next(each for each in field["verdict"]["reasons"] if each["rule"] == "farmland_line_build")
    assert field["verdict"]["answer"] == "no" and field["verdict"]["title"] == "不可"
    assert "第三十五条" in reason["citation"] and reason["remedy"]
    assert reason["area"]["m2"] == pytest.approx(80 * 40, rel=1e-3)
    (feature,) = reason["features"]
    stored = land.run("SELECT known_from FROM city.zone WHERE code = 'F1'")
    assert (feature["layer"], feature["code"], feature["edition"]) == ("zone", "F1", "zone 样例")
    assert feature["known_from"] == stored.isoformat()
    assert field["verdict"]["stamp"] == "线索,非认定"


@pytest.mark.parametrize(
    ("activity", "answer", "rule"),
    [
        ("dig", "no", "cultivated_dig"),
        ("pond", "no", "farmland_line_pond"),
        ("trees", "no", "cultivated_trees"),
        ("facility", "no", "farmland_line_facility"),
        ("dump", "no", "cultivated_dump"),
        ("road", "no", "farmland_line_build"),
    ],
)
def test_each_activity_goes_by_its_own_rules(land, activity, answer, rule):
    found = asked(land, FIELD, status=200, activity=activity, store=False)
    assert found["verdict"]["answer"] == answer and rule in rules(found, answer)


def test_a_layer_without_data_leaves_the_answer_open(land):
    found = asked(land, box(220, 20, 280, 80), status=200, store=False)
    assert found["verdict"]["answer"] == "unknown"
    assert zone(found, "grey")["state"] == "no_data" and zone(found, "grey")["nearest_m"] is None
    assert any(each["subject"] == "no_data:grey" for each in found["verdict"]["reasons"])
    assert "built_build" in rules(found, "ask") and "collective_build" in rules(found, "ask")


def test_gaps_overlaps_and_what_is_outside_are_told_with_their_geometry(land):
    found = asked(land, box(350, 150, 450, 250), status=200, store=False)
    assert found["base"]["gap"]["m2"] == pytest.approx(100 * 50, rel=1e-3)
    assert found["base"]["overlap"]["m2"] == pytest.approx(5 * 50, rel=1e-3)
    assert (found["base"]["overlaps"][0]["a"]["code"], found["base"]["overlaps"][0]["b"]["code"]) == ("P7", "P8")
    assert found["base"]["gaps"][0]["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert "base-gap" in rules(found, "unknown")
    beyond = asked(land, box(4990, 0, 5010, 20), status=200, store=False)
    assert beyond["outline"]["outside"]["m2"] == pytest.approx(200, rel=1e-3)
    assert "outside_district" in rules(beyond, "unknown")


def test_what_is_thinner_than_the_tolerance_is_a_sliver_and_no_conflict(land):
    found = asked(land, box(0, 70, 50, 90), status=200, store=False)
    green = zone(found, "green")
    assert green["state"] == "sliver" and green["features"][0]["sliver"]
    assert [each["of"] for each in found["slivers"]] == ["zone"]
    reason = next(each for each in found["verdict"]["reasons"] if each["rule"] == "green_line_build")
    assert reason["sliver"] and not reason["decides"] and "碎片" in reason["text"]
    wider = asked(land, box(0, 70, 50, 90), status=200, store=False, tolerance_m=0.05)
    assert zone(wider, "green")["state"] == "overlap"


@pytest.mark.parametrize("place", [(300, 400), (-250, 700), (700, 950), (-4000, -4000)])
def test_the_nearest_zone_is_the_nearest_in_metres(land, place):
    """A degree of longitude is shorter than one of latitude: what is nearest in degrees need not be."""
    shape = box(*place, place[0] + 30, place[1] + 30)
    found = asked(land, shape, status=200, store=False)
    for kind in ("reserve", "blue", "permanent_farmland"):
        own = {code: shape.distance(each) for code, (each, its) in ZONES.items() if its == kind}
        nearest = min(own, key=own.get)
        assert zone(found, kind)["nearest_m"] == pytest.approx(own[nearest], abs=0.01)
        assert zone(found, kind)["nearest"]["code"] == nearest


def test_the_outline_comes_back_as_it_was_drawn(land):
    ring = [(20, 20), (120, 20), (120, 90), (70, 120), (20, 90)]
    shape = shapely.Polygon([(550_000 + x, 3_380_000 + y) for x, y in ring])
    found = asked(land, shape, status=200, store=False)
    told = shapely.from_geojson(json.dumps(found["outline"]["geometry"])).geoms[0].exterior.coords
    assert np.allclose(list(told), list(degrees(shape).exterior.coords), rtol=0, atol=2e-9)


def test_a_bow_tie_is_repaired_and_said_and_a_line_is_refused(land):
    tie = shapely.Polygon([(550_020, 3_380_020), (550_080, 3_380_080), (550_080, 3_380_020), (550_020, 3_380_080)])
    found = asked(land, tie, status=200, store=False)
    assert found["outline"]["parts"] == 2 and "自相交" in found["outline"]["repairs"][0]
    line = {"type": "LineString", "coordinates": [[114.5, 30.5], [114.51, 30.5]]}
    answer = land.client.post("/landuse/check", json={"geometry": line})
    assert answer.status_code == 400 and "面" in answer.json()["detail"]


def test_several_features_are_one_outline_of_several_parts(land):
    parts = [box(20, 20, 60, 60), box(220, 20, 260, 60)]
    sent = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": geojson(part)} for part in parts
    ]}  # fmt: skip
    found = land.client.post("/landuse/check", json={"geometry": sent, "store": False}).json()
    assert found["outline"]["parts"] == 2 and "2 个图形" in "".join(found["asked"]["notes"])


def test_pieces_may_come_without_their_shapes(land):
    found = asked(land, FIELD, status=200, store=False, pieces=False)
    assert found["pieces"] and all("geometry" not in piece for piece in found["pieces"])


def test_the_editions_are_those_that_were_read(field):
    told = {each["layer"]: each for each in field["editions"]}
    assert set(told) == {"landuse", "zone", "farmland", "project", "grid"}
    assert told["landuse"]["edition"] == "landuse 样例" and told["landuse"]["features"] >= 4
    assert told["project"]["features"] == 0, "the newest edition of a layer that has nothing here"
    assert field["sample"] == "sample"


def test_the_crosswalk_names_the_class_elsewhere_and_never_splits_by_guess(land):
    found = asked(land, box(310, 10, 380, 90), status=200, store=False)
    schemes = {each["scheme"]: each for each in found["classes"]}
    (row,) = schemes["land_sea"]["rows"]
    assert row["ambiguous"] and row["code"] == "0901/0902/0903/0904"
    assert row["area"]["m2"] == pytest.approx(found["outline"]["area"]["m2"], abs=0.01)
    assert schemes["sandiao"]["rows"][0]["name"] == "商业服务业设施用地"
    assert found["touched"][0]["layer"] == "project" and "project_touched" in rules(found, "ask")


def test_a_preview_reads_and_checks_nothing(land):
    answer = land.client.post("/landuse/outline", json={"geometry": geojson(FIELD), "name": "甲"})
    told = answer.json()
    assert answer.status_code == 200 and told["outlines"] == 1 and told["name"] == "甲"
    assert told["outline"]["area"]["m2"] == pytest.approx(10_000, rel=1e-3)
    assert set(told["asked"]) == {"source", "crs", "crs_name", "crs_how", "notes"}


def test_a_text_without_its_system_is_asked_about_and_never_guessed(land):
    rows = "\n".join(f"J{n},1,{north},{east}" for n, (east, north) in enumerate([
        (550_020.1, 3_380_020.2), (550_120.1, 3_380_020.2), (550_120.1, 3_380_120.2)], start=1))  # fmt: skip
    answer = land.client.post("/landuse/outline", json={"text": rows})
    told = answer.json()
    assert answer.status_code == 400 and told["type"].endswith("bad-crs")
    first = told["candidates"][0]
    assert {"crs", "name", "why", "centre", "area", "axes"} <= set(first)
    chosen = {"text": rows, "crs": first["crs"], "axes": first["axes"]}
    assert land.client.post("/landuse/outline", json=chosen).status_code == 200
    typing = {"text": rows.replace("3380020.2", "33800x0.2", 1), "crs": METRIC_DEFAULT}
    broken = land.client.post("/landuse/outline", json=typing)
    assert broken.status_code == 400 and broken.json()["row"] == 1


def test_a_file_may_come_as_a_form_or_as_the_body(land):
    document = json.dumps(geojson(FIELD)).encode()
    form = {"activity": "trees", "compared_as_of": "2026-02-01", "store": "false", "tolerance_m": "1"}
    by_form = land.client.post("/landuse/check", files={"file": ("范围.geojson", document)}, data=form)
    assert by_form.status_code == 200, by_form.text
    assert by_form.json()["asked"] | {"notes": None} == by_form.json()["asked"] | {
        "activity": "trees", "source": "范围.geojson", "tolerance_m": 1.0, "notes": None,
    }  # fmt: skip
    assert by_form.json()["asked"]["compared_to"]["as_of"] == "2026-02-01"
    by_body = land.client.post(
        "/landuse/check?name=a.geojson&activity=crops&store=false",
        content=document,
        headers={"Content-Type": "application/octet-stream"},
    )
    assert by_body.status_code == 200 and by_body.json()["asked"]["activity"] == "crops"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"geometry": None, "text": ""}, 400),
        ({"geometry": geojson(FIELD), "text": "J1"}, 400),
        ({"geometry": geojson(FIELD), "activity": "fly"}, 400),
        ({"geometry": geojson(FIELD), "tolerance_m": 0}, 400),
        ({"geometry": geojson(FIELD), "tolerance_m": True}, 400),
        ({"geometry": geojson(FIELD), "as_of": 20260101}, 400),
        ({"geometry": geojson(FIELD), "as_of": "0001-01-01"}, 200),
        ({"geometry": geojson(FIELD), "known_at": "soon"}, 400),
        ({"geometry": geojson(FIELD), "known_at": "2199-01-01"}, 400),
        ({"geometry": geojson(FIELD), "known_at": "2001-01-01"}, 400),
        ({"geometry": geojson(FIELD), "compared_to": []}, 400),
        ({"geometry": {"type": "Polygon", "coordinates": []}}, 400),
        ({"geometry": {"type": "Polygon", "coordinates": [[[114.5, "x"]]]}}, 400),
        ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}, 400),
        ({"geometry": geojson(box(-20_000, -20_000, 20_000, 20_000))}, 413),
        ({"text": "\x00\x01"}, 400),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(land, sent, status):
    answer = land.client.post("/landuse/check", json={"store": False} | sent)
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.json()["detail"].endswith("。")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/json"}, b"{"),
        ({"Content-Type": "application/json"}, b"[]"),
        ({"Content-Type": "application/json"}, b'{"geometry": ' + b"[" * 700_000),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\n"),
        ({"Content-Type": "multipart/form-data"}, b"x"),
        ({"Content-Type": "application/zip"}, b"PK\x03\x04"),
    ],
)
def test_a_body_that_is_none_is_refused(land, headers, body):
    answer = land.client.post("/landuse/check", content=body, headers=headers)
    assert 400 <= answer.status_code < 500 and answer.json()["detail"].endswith("。"), answer.text


def test_the_rules_and_classes_can_be_read(land):
    told = land.client.get("/landuse/rules").json()
    by_code = {each["code"]: each for each in told["rules"]}
    assert by_code["farmland_line_build"]["subject_name"] == "永久基本农田以内"
    assert all(each["citation"] and each["remedy"] for each in told["rules"])
    schemes = {each["scheme"]: each["classes"] for each in land.client.get("/landuse/classes").json()["schemes"]}
    paddy = next(each for each in schemes["sandiao"] if each["code"] == "0101")
    assert paddy["others"] == {"land_sea": ["0101"], "gb21010": ["0101"]} and paddy["group"] == "farm"
    assert (len(schemes["gb21010"]), len([c for c in schemes["gb21010"] if len(c["code"]) == 4])) == (85, 73)
    activities = land.client.get("/landuse/activities").json()
    assert activities["activities"][0]["activity"] == "build" and activities["examples"]


def test_the_crosswalk_is_the_same_both_ways(land):
    schemes = {each["scheme"]: each["classes"] for each in land.client.get("/landuse/classes").json()["schemes"]}
    into = {(scheme, each["code"]): each["others"] for scheme, rows in schemes.items() for each in rows}
    for each in schemes["sandiao"]:
        if not each["code"][-1].isdigit() or len(each["code"]) < 4:
            continue
        for scheme in ("land_sea", "gb21010"):
            for code in each["others"][scheme]:
                assert each["code"] in into[scheme, code]["sandiao"], (each["code"], scheme, code)


def test_an_answer_is_nobodys_to_keep(land, field):
    answer = land.client.get(f"/landuse/checks/{field['check']}")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_check_reads_as_a_collection(land, field):
    found = land.client.get(f"/landuse/checks/{field['check']}?format=geojson").json()
    parts = [each["properties"]["part"] for each in found["features"]]
    assert parts.count("piece") == len(field["pieces"]) and parts[0] == "outline" and "zone" in parts


def test_a_document_is_made_of_it(land, field):
    answer = land.client.get(f"/landuse/checks/{field['check']}?format=gpkg")
    assert answer.status_code == 200 and answer.content.startswith(b"SQLite format 3")


def test_the_metric_system_is_where_edges_are_straight(field):
    shape = shapely.from_geojson(json.dumps(field["pieces"][0]["geometry"]))
    metric = project(np.array([shape]), STORED, METRIC_DEFAULT)[0]
    assert metric.area == pytest.approx(80 * 80, abs=0.01)


def test_a_register_that_nobody_keeps_is_named_and_stops_no_verdict(own_land):
    own_land.run("DELETE FROM city.project")
    found = asked(own_land, box(310, 10, 370, 70))
    silent = next(each for each in found["verdict"]["reasons"] if each["subject"] == "no_data:project")
    assert not silent["decides"] and silent["text"] == "没有重点项目的图层数据,未核对这一项。"
    again = own_land.client.post(f"/landuse/checks/{found['check']}/again", json={}, headers=own_land.person("landuse"))
    assert again.json()["same"]
