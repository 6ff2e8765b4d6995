"""Coverage over HTTP: lengths, shares, ranges and geometry of what was seen and what was not."""

import io
import json
from datetime import UTC, datetime, timedelta

import geopandas as gpd
import pytest
import shapely

from layers.crs import METRIC_DEFAULT, STORED, STORED_SRID, transformer

START = datetime(2026, 6, 1, 8, tzinfo=UTC)
EAST, NORTH = 545_000.0, 3_380_000.0
ROADS = f"""
    INSERT INTO city.road (code, name, geom)
    SELECT code, code || '路', ST_Transform(ST_GeomFromText(wkt, city.metric_srid()), {STORED_SRID})
    FROM (VALUES ('A', 'LINESTRING ({EAST} {NORTH + 7}, {EAST + 1000} {NORTH + 7})'),
                 ('B', 'LINESTRING ({EAST} {NORTH + 900}, {EAST + 1000} {NORTH + 900})')) AS drawn(code, wkt)
"""


@pytest.fixture(scope="module")
def city(desk):
    """Two roads; along the first someone walked from 100 m to 400 m, by 4 m exact."""
    desk.run(ROADS)
    places = [transformer(METRIC_DEFAULT, STORED).transform(EAST + 100 + 20 * n, NORTH) for n in range(16)]
    fixes = [[(START + timedelta(seconds=15 * n)).isoformat(), *place, 4] for n, place in enumerate(places)]
    headers = desk.person("dispatcher")
    answer = desk.client.post("/patrols", json={"device": "手机-1", "fixes": fixes}, headers=headers)
    assert answer.status_code == 201, answer.text
    return desk


@pytest.fixture
def ask(city):
    headers = city.person("viewer")

    def asked(query="", layer="road"):
        return city.client.get(f"/coverage/{layer}{query}", headers=headers)

    return asked


def test_every_target_has_its_length_its_share_and_what_was_not_seen(ask):
    answer = ask("?from=2026-06-01&to=2026-06-02").json()
    assert (answer["layer"], answer["reach_m"], answer["from"]) == ("road", 25.0, "2026-06-01T00:00:00+08:00")
    seen, unseen = answer["targets"]
    assert seen["length_m"] == pytest.approx(1000, abs=0.01)
    assert seen["seen_m"] == pytest.approx(348, abs=0.011)  # 24 m beyond each end
    assert seen["share"] == pytest.approx(0.348, abs=1e-4)
    assert seen["share_sure"] < seen["share"] < seen["share_possible"]
    assert seen["unseen"] == [[0, 76.0], [424.0, pytest.approx(1000, abs=0.01)]]
    assert datetime.fromisoformat(seen["last_seen"]) == START + timedelta(seconds=225)
    assert (unseen["code"], unseen["seen_m"], unseen["share"], unseen["last_seen"]) == ("B", 0, 0, None)
    assert "unseen_geometry" not in seen


def test_the_unseen_part_is_drawn_when_asked_for(ask):
    seen, _ = ask("?geometry=1").json()["targets"]
    drawn = shapely.from_geojson(json.dumps(seen["unseen_geometry"]))
    assert drawn.geom_type == "MultiLineString"
    metric = shapely.transform(
        drawn, lambda xy: [*zip(*transformer(STORED, METRIC_DEFAULT).transform(*xy.T), strict=True)]
    )
    assert metric.length == pytest.approx(652, abs=0.03)


@pytest.mark.parametrize(
    ("query", "seen_m"),
    [
        ("", 348),
        ("?from=2026-06-01T16:00:00&to=2026-06-01T16:10:00", 348),
        ("?from=2026-06-02", 0),
        ("?to=2026-06-01", 0),
        ("?to=2026-06-01T08:00:00Z", 0),
        ("?reach_m=25&code=A", 348),
        ("?code=B", 0),
    ],
)
def test_a_period_is_half_open_and_in_the_citys_zone(ask, query, seen_m):
    assert ask(query).json()["seen_m"] == pytest.approx(seen_m, abs=0.011)


@pytest.mark.parametrize(
    ("query", "layer", "status", "word"),
    [
        ("?duty=none", "road", 404, "none"),
        ("?reach_m=-1", "road", 400, "reach_m"),
        ("?reach_m=nan", "road", 400, "reach_m"),
        ("?from=2026-06-02&to=2026-06-02", "road", 400, "空"),
        ("?from=gestern", "road", 400, "from"),
        ("?since=2026-06-02", "road", 400, "since"),
        ("?by=reach", "road", 400, "community"),
        ("?by=nothing", "road", 400, "by"),
        ("?format=xls", "road", 400, "format"),
        ("?known_at=morgen", "road", 400, "known_at"),
        ("", "water", 400, "road"),
        ("", "nothing", 404, "nothing"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_remedy(ask, query, layer, status, word):
    answer = ask(query, layer)
    assert (answer.status_code, word in answer.json()["detail"]) == (status, True), answer.text


def test_a_community_is_told_what_it_has_of_the_roads(ask, city):
    told = {piece["code"]: piece for piece in ask("?by=community").json()["targets"]}
    outside = told.pop("")
    length_m = city.run(
        "SELECT sum(ST_Length(city.metric(ST_Intersection(r.geom, g.geom))))"
        " FROM city.road_now AS r, city.grid_now AS g"
        " WHERE g.level = 'community'"
    )
    inside_m = sum(piece["length_m"] for piece in told.values())
    assert inside_m == pytest.approx(length_m or 0, abs=0.05)
    whole = ask().json()
    assert inside_m + outside["length_m"] == pytest.approx(sum(one["length_m"] for one in whole["targets"]), abs=0.05)
    assert sum(one["seen_m"] for one in [*told.values(), outside]) == pytest.approx(whole["seen_m"], abs=0.05)
    assert outside["name"] == "不在任何社区"


def test_a_line_wholly_seen_is_seen_for_its_length_and_no_more(ask):
    target = ask("?reach_m=900").json()["targets"][0]
    assert target["seen_m"] == target["length_m"] == target["seen_possible_m"]
    assert target["share"] == target["share_possible"] == 1


def test_the_answer_comes_as_geojson_csv_and_geoparquet_with_its_time(ask):
    features = ask("?format=geojson&from=2026-06-01").json()["features"]
    assert [feature["properties"]["seen"] for feature in features] == [True, False] * 2
    assert shapely.from_geojson(json.dumps(features[0]["geometry"])).geom_type == "MultiLineString"
    assert features[2]["geometry"] is None
    table = ask("?format=csv&from=2026-06-01")
    assert table.content.startswith(b"\xef\xbb\xbflayer,from,to,reach_m,code,name")
    assert "2026-06-01T00:00:00+08:00" in table.text and len(table.text.splitlines()) == 3
    frame = gpd.read_parquet(io.BytesIO(ask("?format=parquet&from=2026-06-01").content))
    assert (frame.crs.to_epsg(), len(frame)) == (STORED_SRID, 4)
    metres = frame.to_crs(METRIC_DEFAULT).length
    assert metres[0] == pytest.approx(348, abs=0.02) and metres[frame.seen].sum() == pytest.approx(348, abs=0.02)


def test_a_timeline_is_chainage_against_time(ask):
    answer = ask("/A/timeline?from=2026-06-01&to=2026-06-02").json()
    assert answer["length_m"] == pytest.approx(1000, abs=0.01)
    starts = [datetime.fromisoformat(one["first_seen"]) for one in answer["sightings"]]
    assert starts == sorted(starts) and len(starts) > 2
    assert min(one["from_m"] for one in answer["sightings"]) == 76.0
    assert all(one["mode"] == "foot" for one in answer["sightings"])
    assert ask("/nobody/timeline").status_code == 404


def test_whose_patrol_it_was_is_told_to_those_alone_who_may_know(city):
    for role, told in (("viewer", False), ("patroller", False), ("analyst", True), ("dispatcher", True)):
        answer = city.client.get("/coverage/road/A/timeline", headers=city.person(role)).json()
        assert all(("patrol" in one, "post" in one) == (told, told) for one in answer["sightings"]), role


def test_an_analyst_reads_the_name_of_a_patrol_that_names_no_crew(city):
    city.run("UPDATE city.patrol SET code = '甲组-' || patrol_id")
    for role, named in (("analyst", "patrol-"), ("dispatcher", "甲组-")):
        answer = city.client.get("/coverage/road/A/timeline", headers=city.person(role)).json()
        assert answer["sightings"] and all(one["patrol"].startswith(named) for one in answer["sightings"])


def test_a_reach_that_is_not_stored_is_worked_out_from_the_fixes(ask):
    assert ask("?reach_m=30").json()["seen_m"] == pytest.approx(300 + 2 * (30**2 - 7**2) ** 0.5, abs=0.03)
    assert ask("?reach_m=5").json()["seen_m"] == 0
    sightings = ask("/A/timeline?reach_m=30").json()["sightings"]
    assert min(one["from_m"] for one in sightings) == pytest.approx(100 - (30**2 - 7**2) ** 0.5, abs=0.02)


def test_a_reach_that_is_not_stored_is_refused_where_fixes_were_erased(city, ask):
    city.run("CREATE TABLE kept AS SELECT * FROM city.leg")
    city.run("DELETE FROM city.leg")
    answer = ask("?reach_m=30")
    assert (answer.status_code, "2026-06-01" in answer.json()["detail"]) == (400, True)
    assert ask("?reach_m=30&from=2026-06-02").json()["seen_m"] == 0
    assert ask("?reach_m=25").json()["seen_m"] == pytest.approx(348, abs=0.011)
    city.run("INSERT INTO city.leg SELECT * FROM kept")


def test_real_coverage_needs_a_token(city):
    assert city.status("/coverage/road") == 401
