"""What each role is told of the patrols behind performance and a timeline: nothing that names a crew off duty."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from api.veil.on_duty import wholly_on_duty
from geo.duties.calendar import within
from layers.crs import STORED_SRID
from tests.api.conftest import REAL, until

ZONE = ZoneInfo("Asia/Shanghai")
STEP_S, STEP_DEG = 20, 0.0003
CITY = f"""
    INSERT INTO city.road (code, name, valid_from, geom) VALUES
    ('R1', '沿湖路', '2026-01-01', ST_GeomFromText('LINESTRING (114.5 30.56, 114.54 30.56)', {STORED_SRID})),
    ('R2', '出街路', '2026-01-01', ST_GeomFromText('LINESTRING (114.547 30.56, 114.553 30.56)', {STORED_SRID}));
    INSERT INTO city.post (code, name, kind, valid_from)
    VALUES ('网格员', '一岗', 'grid_keeper', '2026-01-01'), ('P-2', '二岗', 'grid_keeper', '2026-01-01');
    INSERT INTO city.crew (code, name, post_code, hours_from, hours_to, members)
    VALUES ('日组', '日', NULL, '08:00', '18:00', '李四'), ('夜组', '夜', 'P-2', NULL, NULL, '王五');
    INSERT INTO city.duty (code, name, post_code, layer, targets, interval_days, hours, min_metres, settled_by,
                           citation, valid_from)
    VALUES ('D-1', '路巡', '网格员', 'road', 'all', 3, NULL, 250, 'anyone', '某办法第一条', '2026-01-01'),
           ('D-2', '夜巡', 'P-2', 'road', 'all', 7, '{{22:00-06:00}}', NULL, 'own', '某办法第二条', '2026-01-01');
"""
WALKS = (
    ("日组-001", "2026-06-01T07:59", {"crew": "日组", "post": "网格员"}, 30),
    ("夜组-001", "2026-06-02T23:58", {"crew": "夜组", "post": "P-2"}, 30),
    ("夜组-002", "2026-06-03T12:00", {"crew": "夜组", "post": "P-2"}, 5),
    ("日组-002", "2026-06-04T06:00", {"crew": "日组", "post": "网格员"}, 5),
)
PERFORMANCE = "/duties/performance?period=2026-06&known_at=2100-01-01&by="


def walk(city, code, start, told, steps):
    """Hand in a walk to the east along the road, from a local time."""
    began = datetime.fromisoformat(start).replace(tzinfo=ZONE)
    west = told.pop("lon", 114.5)
    fixes = [[(began + timedelta(seconds=STEP_S * n)).isoformat(), west + n * STEP_DEG, 30.56, 5] for n in range(steps)]
    sent = {"code": code, "device": f"手机-{code}", "mode": "foot", "fixes": fixes, **told}
    answer = city.client.post("/patrols", json=sent, headers=city.person("dispatcher"))
    assert answer.status_code == 201, answer.text


@pytest.fixture(scope="module")
def city(desk):
    """A city with real data; four patrols, whose codes begin with the crew's: two of them too short to count."""
    for statement in (REAL, CITY):
        desk.run(statement.replace("%", "%%"))
    until(lambda: desk.status("/patrols") == 401)
    for one in WALKS:
        walk(desk, *one)
    headers = desk.person("dispatcher")
    until(lambda: desk.client.get("/patrols/lag", headers=headers).json()["pending_patrols"] == 0, within_s=60)
    desk.run("UPDATE city.patrol SET made_by = '李四'")  # everyone who asks here is called 张三
    return desk


def get(city, path, *roles):
    answer = city.client.get(path, headers=city.person(*roles))
    assert answer.status_code == 200, answer.text
    return answer


def duties(city, *roles):
    return {one["duty"]: one for one in get(city, PERFORMANCE + "duty", *roles).json()["duties"]}


def number(city, code):
    return city.run("SELECT patrol_id FROM city.patrol WHERE code = %s", code)


def test_who_may_see_persons_is_told_codes_and_instants(city):
    told = duties(city, "dispatcher")
    assert told == duties(city, "admin")
    undone = {one["patrol"]: one["started"] for duty in told.values() for one in duty["undone"]}
    assert undone["夜组-002"] == "2026-06-03T12:00:00+08:00"
    assert {one["patrol"] for one in told["D-1"]["patrols"]} == {code for code, *_ in WALKS}


def test_an_analyst_is_told_the_name_that_patrols_has_and_the_day(city):
    full, told = duties(city, "dispatcher"), duties(city, "analyst")
    names = {code: f"patrol-{number(city, code)}" for code, *_ in WALKS} | {None: None}
    for code, duty in full.items():
        seen = told[code]
        assert [one["patrol"] for one in seen["patrols"]] == [names[one["patrol"]] for one in duty["patrols"]]
        assert [one["patrol"] for one in seen["dues"]] == [names[one["patrol"]] for one in duty["dues"]]
        instead = [one | {"patrol": names[one["patrol"]], "started": one["started"][:10]} for one in duty["undone"]]
        assert seen["undone"] == instead and all(one["words"] for one in instead)
    listed = {one["code"] for one in get(city, "/patrols", "analyst").json()["patrols"]}
    assert {one["patrol"] for one in told["D-1"]["patrols"]} <= listed
    assert get(city, PERFORMANCE + "duty", "analyst", "patroller").json()["duties"] == list(told.values())


@pytest.mark.parametrize("role", ["viewer", "landuse"])
def test_who_sees_coverage_only_is_told_the_day_and_the_reasons_alone(city, role):
    full, told = duties(city, "dispatcher"), duties(city, role)
    for code, duty in full.items():
        for name in ("dues", "patrols", "undone"):
            # Of a patrol that has no name for them even the day is told only where that says why it does not count.
            hidden = ("patrol", "started") if name == "patrols" else ("patrol",)
            bare = [{key: value for key, value in one.items() if key not in hidden} for one in duty[name]]
            assert told[code][name] == [
                one | ({"started": one["started"][:10]} if "started" in one else {}) for one in bare
            ]
        assert sum(one["met"] for one in told[code]["dues"]) == sum(bool(one["patrol"]) for one in duty["dues"])


def test_a_patroller_is_told_the_own_patrols_plainly_and_the_others_as_a_viewer_is(city):
    told = duties(city, "patroller")["D-1"]
    assert [one.get("patrol") for one in told["patrols"]] == ["日组-001", None, None, "日组-002"]
    undone = [(one.get("patrol"), one["started"]) for one in told["undone"]]
    assert undone == [(None, "2026-06-03"), ("日组-002", "2026-06-04T06:00:00+08:00")]
    city.run("UPDATE city.patrol SET made_by = '张三' WHERE code = '夜组-002'")
    assert duties(city, "patroller")["D-1"]["patrols"][2]["patrol"] == "夜组-002"
    city.run("UPDATE city.patrol SET made_by = '李四'")


@pytest.mark.parametrize("role", ["viewer", "landuse", "analyst"])
@pytest.mark.parametrize("by", ["post", "duty"])
def test_no_form_of_the_answer_holds_a_code_or_a_time_of_day_of_a_patrol(city, role, by, tmp_path):
    forms = [json.dumps(get(city, PERFORMANCE + by, role).json(), ensure_ascii=False)]
    forms.append(get(city, f"{PERFORMANCE}{by}&format=csv", role).content.decode("utf-8-sig"))
    book = tmp_path / "performance.xlsx"
    book.write_bytes(get(city, f"{PERFORMANCE}{by}&format=xlsx", role).content)
    forms.append(str([list(row) for sheet in load_workbook(book).worksheets for row in sheet.values]))
    for text in forms:
        assert "D-1" in text
        assert not any(word in text for word in ("日组", "夜组", "手机", "T12:00", "T06:00", "T07:59", "T23:58"))


def timeline(city, role, road="R1", more=""):
    return get(city, f"/coverage/road/{road}/timeline?reach_m=25{more}", role).json()


def starts(told):
    return [datetime.fromisoformat(one["first_seen"]) for one in told["sightings"]]


def test_a_timeline_leaves_out_what_was_seen_off_duty_for_who_may_not_see_persons(city):
    full = timeline(city, "dispatcher")
    assert full["outside_duty_left_out"] is False
    assert {one["patrol"] for one in full["sightings"]} == {code for code, *_ in WALKS}
    told = timeline(city, "analyst")
    assert told["outside_duty_left_out"] is True
    names = [f"patrol-{number(city, code)}" for code in ("日组-001", "夜组-001")]
    assert list(dict.fromkeys(one["patrol"] for one in told["sightings"])) == names
    eight = datetime(2026, 6, 1, 8, tzinfo=ZONE)
    kept = [one for one in full["sightings"] if one["patrol"] in ("日组-001", "夜组-001")]
    assert starts(told) == [at for at in starts({"sightings": kept}) if at >= eight] != starts({"sightings": kept})
    for role in ("viewer", "patroller", "landuse"):
        same = timeline(city, role)
        assert same["outside_duty_left_out"]
        assert {(one["first_seen"], one["last_seen"]) for one in same["sightings"]} == {
            (one["first_seen"][:10], one["last_seen"][:10]) for one in told["sightings"]
        }
        assert not any({"patrol", "post"} & one.keys() for one in same["sightings"])
        assert covered(same) == covered(told) != covered(full)


def covered(told):
    """Which centimetres of the line were seen on which days."""
    spans = {}
    for one in told["sightings"]:
        days = one["first_seen"][:10], one["last_seen"][:10]
        spans.setdefault(days, set()).update(range(round(one["from_m"] * 100), round(one["to_m"] * 100)))
    return spans


def test_a_timeline_is_cut_to_the_street_s_area_of_the_day_for_who_may_not_see_persons(city):
    walk(city, "东行-001", "2026-06-05T10:00", {"crew": "日组", "post": "网格员", "lon": 114.5485}, 10)
    full = timeline(city, "dispatcher", "R2", "&from=2026-06-05")["sightings"]
    edge_m = city.run(
        "SELECT ST_Length(city.metric(ST_Intersection(r.geom, g.geom))) FROM city.road AS r, city.grid AS g"
        " WHERE r.code = 'R2' AND g.level = 'street'"
    )
    assert min(one["from_m"] for one in full) < edge_m - 100 and max(one["to_m"] for one in full) > edge_m + 100
    for role in ("analyst", "viewer"):
        told = timeline(city, role, "R2", "&from=2026-06-05")["sightings"]
        assert max(one["to_m"] for one in told) == pytest.approx(edge_m, abs=0.02)
        assert min(one["from_m"] for one in told) == min(one["from_m"] for one in full)
    city.run("DELETE FROM city.patrol WHERE code = '东行-001'")


minute = st.integers(0, 60).map(lambda n: n * 60.0)


@given(st.lists(st.tuples(minute, minute).map(sorted), max_size=5), st.tuples(minute, minute).map(sorted))
def test_what_is_wholly_on_duty_is_what_hours_leave_as_it_is(spans, ends):
    hours = within(np.array(spans, dtype=float).reshape(-1, 2), 0.0, 3600.0)
    left = within(hours, ends[0], ends[1] if ends[0] < ends[1] else ends[0] + 1e-3)
    whole = len(left) == 1 and left[0, 0] == ends[0] and left[0, 1] >= ends[1]
    assert wholly_on_duty(tuple(datetime.fromtimestamp(at, ZONE) for at in ends), hours) == whole
    assert wholly_on_duty((datetime(2026, 6, 1, tzinfo=ZONE),) * 2, None)
