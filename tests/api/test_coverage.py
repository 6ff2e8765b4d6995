"""Coverage over HTTP: lengths, shares, ranges and geometry of what was seen and what was not."""

import io
import json
from datetime import UTC, datetime, timedelta

import geopandas as gpd
import pandas as pd
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
DUTY = """
    INSERT INTO city.post (code, name, kind, valid_from)
    SELECT code, name, 'road_chief', '2026-01-01' FROM (VALUES ('P-1', '一岗'), ('P-2', '二岗')) AS given(code, name)
    WHERE NOT EXISTS (SELECT FROM city.post);
    INSERT INTO city.duty (code, post_code, layer, targets, target_codes, interval_days, rule, citation, valid_from,
                           settled_by)
    SELECT 'D-1', 'P-1', 'road', 'codes', '{A}', 7, '每周一次', '某办法', '2026-01-01', 'anyone'
    WHERE NOT EXISTS (SELECT FROM city.duty)
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


def get(city, path, role="dispatcher"):
    return city.client.get(f"/coverage/{path}", headers=city.person(role))


@pytest.fixture
def ask(city):
    return lambda query="", layer="road", role="dispatcher": get(city, layer + query, role)


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
        ("?known_at=2020-01-01", "road", 400, "起才有记录"),
        ("/A/timeline?known_at=2020-01-01", "road", 400, "起才有记录"),
        ("?code=nobody", "road", 404, "可用的见 /coverage/road"),
        ("?code=nobody", "site", 404, "可用的见 /coverage/site"),
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
    assert table.content.startswith(b"\xef\xbb\xbflayer,from,to,reach_m,known_at,future,code,name")
    assert "2026-06-01T00:00:00+08:00" in table.text and len(table.text.splitlines()) == 3
    frame = gpd.read_parquet(io.BytesIO(ask("?format=parquet&from=2026-06-01").content))
    assert (frame.crs.to_epsg(), len(frame)) == (STORED_SRID, 4)
    metres = frame.to_crs(METRIC_DEFAULT).length
    assert metres[0] == pytest.approx(348, abs=0.02) and metres[frame.seen].sum() == pytest.approx(348, abs=0.02)
    assert frame.attrs["reach_m"] == 25 and datetime.fromisoformat(frame.attrs["known_at"])


def test_a_timeline_is_chainage_against_time(ask):
    answer = ask("/A/timeline?from=2026-06-01&to=2026-06-02").json()
    assert answer["length_m"] == pytest.approx(1000, abs=0.01)
    starts = [datetime.fromisoformat(one["first_seen"]) for one in answer["sightings"]]
    assert starts == sorted(starts) and len(starts) > 2
    assert min(one["from_m"] for one in answer["sightings"]) == 76.0
    assert all(one["mode"] == "foot" for one in answer["sightings"])
    assert ask("/nobody/timeline").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "patroller", "analyst", "landuse"])
def test_who_may_not_see_persons_is_told_the_day_and_asks_by_whole_days(ask, role):
    day = (START + timedelta(hours=8)).date().isoformat()
    for form in ("", "&format=csv", "&format=geojson", "&by=community", "&geometry=1"):
        text = ask(f"?from=2026-06-01{form}", role=role).text
        assert day in text and f"{day}T16:0" not in text
    frame = gpd.read_parquet(io.BytesIO(ask("?format=parquet", role=role).content))
    assert {str(one) for one in frame["last_seen"].dropna()} == {day}
    exact = "2026-06-01T16:00:01%2B08:00"
    for name in ("from", "to", "known_at"):
        for path in ("", "/A/timeline"):
            answer = ask(f"{path}?{name}={exact}", role=role)
            assert (answer.status_code, f"{name}=2026-06-01" in answer.json()["detail"]) == (400, True)
            assert ask(f"{path}?{name}={exact}").status_code in (200, 400 if name == "known_at" else 200)
    assert ask("?from=2026-05-31T16:00:00Z", role=role).status_code == 200, "a local midnight is a whole day"


def test_what_a_duty_counts_is_told_with_its_name_and_rule(city, ask):
    city.run(DUTY)
    said = {"duty": "D-1", "rule": "每周一次", "citation": "某办法", "valid_from": "2026-01-01"}
    for answer in (ask("?duty=D-1"), ask("?duty=D-1&format=geojson"), ask("/A/timeline?duty=D-1")):
        assert said.items() <= answer.json().items()
    row = pd.read_csv(io.BytesIO(ask("?duty=D-1&format=csv").content)).iloc[0]
    frame = gpd.read_parquet(io.BytesIO(ask("?duty=D-1&format=parquet").content))
    for told in (row, frame.iloc[0]):
        assert (told["duty"], told["rule"], told["citation"]) == ("D-1", "每周一次", "某办法")
    assert said.items() <= frame.attrs.items()
    assert "duty" not in ask().json()


def test_a_post_is_told_what_duties_have_it_answer_for_and_the_rest_has_no_code(city, ask):
    city.run(DUTY)
    told = ask("?by=post").json()
    pieces = {one["code"]: one for one in told["targets"]}
    assert (pieces["P-1"]["name"], pieces["P-1"]["seen_m"]) == ("一岗", pytest.approx(348, abs=0.011))
    assert (pieces[""]["name"], pieces[""]["length_m"]) == ("无责任主体", pytest.approx(1000, abs=0.02))
    city.run("INSERT INTO city.duty (code, post_code, layer, targets, interval_days, citation, valid_from)"
             " VALUES ('D-2', 'P-2', 'road', 'all', 7, '某办法', '2026-01-01')")  # fmt: skip
    both = ask("?by=post").json()
    assert [one["length_m"] for one in both["targets"]] == [
        pytest.approx(1000, abs=0.02),
        pytest.approx(2000, abs=0.02),
    ]
    assert [both[name] for name in ("length_m", "seen_m")] == [told[name] for name in ("length_m", "seen_m")]
    city.run("DELETE FROM city.duty")


def test_a_period_that_has_not_begun_is_marked_and_no_data(ask):
    assert [ask(f"?from={day}").json()["future"] for day in ("2026-06-01", "2100-01-01")] == [False, True]
    assert ask("/A/timeline?from=2100-01-01").json()["future"]
    assert set(pd.read_csv(io.BytesIO(ask("?from=2100-01-01&format=csv").content))["future"]) == {True}


def test_what_nobody_can_tell_of_is_in_the_sum_and_has_its_place(city, ask):
    city.run("INSERT INTO city.unknown_span (layer, target_code, span, until)"
             " VALUES ('road', 'B', '[10000,30000)', '2026-06-01')")  # fmt: skip
    assert ask().json()["unknown_m"] == 200
    (target,) = ask("?code=B&geometry=1").json()["targets"]
    drawn = ask("?code=B&format=geojson").json()["features"]
    assert [one["properties"]["seen"] for one in drawn] == [True, False, None]
    frame = gpd.read_parquet(io.BytesIO(ask("?format=parquet&code=B").content)).to_crs(METRIC_DEFAULT)
    assert frame["seen"].isna().tolist() == [False, False, True]
    assert frame.length.fillna(0).tolist() == [pytest.approx(m, abs=0.02) for m in (0, 800, 200)]
    assert target["unknown_geometry"] == drawn[2]["geometry"]
    city.run("DELETE FROM city.unknown_span")


def test_whose_patrol_it_was_is_told_to_those_alone_who_may_know(city):
    for role, told in (("viewer", False), ("patroller", False), ("analyst", True), ("dispatcher", True)):
        answer = get(city, "road/A/timeline", role).json()
        assert all(("patrol" in one, "post" in one) == (told, told) for one in answer["sightings"]), role


def test_an_analyst_reads_the_name_of_a_patrol_that_names_no_crew(city):
    city.run("UPDATE city.patrol SET code = '甲组-' || patrol_id")
    for role, named in (("analyst", "patrol-"), ("dispatcher", "甲组-")):
        answer = get(city, "road/A/timeline", role).json()
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


def test_the_farther_off_the_fewer_positions_are_worked_out_anew(ask, monkeypatch):
    monkeypatch.setattr("api.coverage.anew.MOST_FIXES", 20)
    assert ask("?reach_m=5").status_code == 200
    answer = ask("?reach_m=5000")
    assert answer.status_code == 413 and "减小距离" in answer.json()["detail"], answer.text
