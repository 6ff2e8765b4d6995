"""Playback over HTTP: legs within their tolerance, growth that ends as coverage, one metre, and who is told what."""

import gzip
import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from api.routes import playback
from layers.crs import METRIC_DEFAULT, STORED, STORED_SRID, transformer
from tests.api.conftest import REAL, until

ZONE = ZoneInfo("Asia/Shanghai")
CITY = f"""
    INSERT INTO city.road (code, name, valid_from, geom) VALUES
    ('R1', '沿湖路', '2026-01-01', ST_GeomFromText('LINESTRING (114.5 30.56, 114.54 30.56)', {STORED_SRID})),
    ('R2', '无人路', '2026-01-01', ST_GeomFromText('LINESTRING (114.51 30.552, 114.53 30.552)', {STORED_SRID}));
    INSERT INTO city.post (code, name, kind, valid_from)
    VALUES ('网格员', '一岗', 'grid_keeper', '2026-01-01'), ('P-2', '二岗', 'grid_keeper', '2026-01-01');
    INSERT INTO city.crew (code, name, post_code, hours_from, hours_to, members)
    VALUES ('日组', '日班', NULL, '08:00', '18:00', '李四'), ('夜组', '夜班', 'P-2', '20:00', '04:00', '王五');
    INSERT INTO city.duty (code, name, post_code, layer, targets, target_codes, interval_days, settled_by,
                           citation, valid_from)
    VALUES ('D-1', '路巡', '网格员', 'road', 'codes', '{{R1}}', 3, 'anyone', '某办法第一条', '2026-01-01');
"""
JUNE = "from=2026-06-01&to=2026-07-01"


def walk(city, code, start, crew, post, *, lon=114.5, steps=40):
    """Go to the east, not quite straight, a fix every 20 s, with a gap of ten minutes in the middle."""
    began = datetime.fromisoformat(start).replace(tzinfo=ZONE)
    fixes = []
    for n in range(steps):
        at = began + timedelta(seconds=20 * n + (600 if n >= steps // 2 else 0))
        fixes.append([at.isoformat(), lon + n * 0.00025, 30.56 + 0.00004 * np.sin(n), 5])
    sent = {"device": f"手机-{crew}", "mode": "foot", "code": code, "crew": crew, "post": post, "fixes": fixes}
    answer = city.client.post("/patrols", json=sent, headers=city.person("dispatcher"))
    assert answer.status_code == 201, answer.text
    return fixes


@pytest.fixture(scope="module")
def walks(desk):
    desk.run(REAL)
    desk.run(CITY)
    until(lambda: desk.status("/patrols") == 401)
    return {
        "日组-001": walk(desk, "日组-001", "2026-06-02T07:58", "日组", "网格员"),
        "夜组-001": walk(desk, "夜组-001", "2026-06-02T23:50", "夜组", "P-2", lon=114.505),
    }


@pytest.fixture
def city(desk, walks):
    return desk


def get(city, path, *roles, **headers):
    answer = city.client.get(path, headers={**city.person(*(roles or ("dispatcher",))), **headers})
    assert answer.status_code == 200, answer.text
    return answer


def unpacked(leg):
    return tuple(np.cumsum(leg[name]) / parts for name, parts in (("t", 1e3), ("x", 1e6), ("y", 1e6)))


@pytest.mark.parametrize("tolerance_m", [1, 5, 20])
def test_legs_lie_within_the_tolerance_of_what_was_walked_at_every_instant(city, walks, tolerance_m):
    told = get(city, f"/playback?{JUNE}&tolerance_m={tolerance_m}").json()
    move = transformer(STORED, METRIC_DEFAULT).transform
    assert [one["code"] for one in told["patrols"]] == ["日组-001", "夜组-001"]
    for one in told["patrols"]:
        assert len(one["legs"]) == 2, "the gap is not bridged"
        fixes = walks[one["code"]]
        for leg, own in zip(one["legs"], (fixes[:20], fixes[20:]), strict=True):
            at_s, lon, lat = unpacked(leg)
            x, y = move(lon, lat)
            walked_s = np.array([datetime.fromisoformat(fix[0]).timestamp() for fix in own])
            walked_x, walked_y = move([fix[1] for fix in own], [fix[2] for fix in own])
            off_m = np.hypot(np.interp(walked_s, at_s, x) - walked_x, np.interp(walked_s, at_s, y) - walked_y)
            assert off_m.max() <= tolerance_m
            lines = [shapely.LineString(np.column_stack(one)) for one in ((x, y), (walked_x, walked_y))]
            assert shapely.hausdorff_distance(*lines) <= tolerance_m
            assert (at_s[0], at_s[-1]) == (walked_s[0], walked_s[-1])
    assert told["fixes"] == 80 >= told["kept"]


def test_the_histogram_counts_every_fix_and_nobody_in_a_gap(city):
    told = get(city, f"/playback?{JUNE}").json()["histogram"]
    assert sum(told["fixes"]) == 80
    bins = datetime.fromisoformat(told["from"]), told["bin_s"]
    assert bins == (datetime(2026, 6, 2, 7, 55, tzinfo=ZONE), 300)
    start = [n for n, out in enumerate(told["patrols"]) if out]
    assert 2 not in start and {0, 1, 3} <= set(start), "silent from 08:04:40 to 08:14:40"
    assert max(told["patrols"]) == 1


def test_a_patrol_belongs_to_the_day_it_starts_and_is_shown_to_its_end(city):
    told = get(city, "/playback?from=2026-06-02&to=2026-06-03").json()
    assert told["last_at"][:16] == "2026-06-03T00:13"
    assert get(city, "/playback?from=2026-06-03&to=2026-06-04").json()["patrols"] == []
    assert get(city, "/playback?from=2026-06-03&to=2026-06-04").json()["histogram"] is None
    assert get(city, "/playback/days").json()["days"] == [{"day": "2026-06-02", "patrols": 2}]


def seen_m(line):
    return sum(line["to_cm"]) / 100 - sum(line["from_cm"]) / 100


@pytest.mark.parametrize("query", ["", "&reach_m=25", "&duty=D-1", "&reach_m=40"])
def test_growth_ends_as_coverage_to_the_centimetre(city, query):
    grown = get(city, f"/playback/growth/road?{JUNE}{query}").json()
    covered = {one["code"]: one for one in get(city, f"/coverage/road?{JUNE}{query}").json()["targets"]}
    assert grown["whole"] and {one["code"] for one in grown["lines"]} == covered.keys()
    for line in grown["lines"]:
        whole = covered[line["code"]]
        assert min(seen_m(line), line["length_m"]) == pytest.approx(whole["seen_m"], abs=1e-6)
        if line["known_m"]:
            assert min(seen_m(line), line["known_m"]) / line["known_m"] == pytest.approx(whole["share"], abs=1e-12)


def test_growth_never_runs_ahead_of_who_walks_and_counts_a_place_once(city):
    (line, _) = get(city, f"/playback/growth/road?{JUNE}&shapes=true").json()["lines"]
    at_s = np.cumsum(line["t"]) / 1000
    assert (np.diff(at_s) >= 0).all()
    pieces = sorted(zip(line["from_cm"], line["to_cm"], strict=True))
    assert all(before[1] <= after[0] for before, after in pairwise(pieces))
    half_past_eight = datetime(2026, 6, 2, 8, 10, tzinfo=ZONE).timestamp()
    early = at_s <= half_past_eight
    first_leg_m = max(np.array(line["to_cm"])[early]) / 100
    assert 400 < first_leg_m < 520, "nothing of the second leg yet"
    x, m = np.cumsum(line["shape"]["x"]) / 1e7, np.cumsum(line["shape"]["m"]) / 100
    assert (x[0], round(x[-1], 6), m[-1]) == (114.5, 114.54, pytest.approx(line["length_m"], abs=0.006))


def test_who_may_see_what(city, walks):
    lines = get(city, f"/playback/growth/road?{JUNE}&shapes=true", "viewer").json()
    assert (lines["whole"], lines["patrols"]) == (False, []) and len(lines["lines"]) == 2
    assert all(line["from_cm"] == line["t"] == [] and line["shape"]["x"] for line in lines["lines"])
    assert city.status(f"/playback/growth/road?{JUNE}") == 401
    for path in (f"/playback?{JUNE}", "/playback/days", "/patrols/日组-001/saw"):
        assert (city.status(path), city.status(path, city.person("viewer"))) == (401, 403), path
    full = get(city, f"/playback?{JUNE}", "admin").json()
    assert [one["crew_name"] for one in full["patrols"]] == ["日班", "夜班"]
    own = get(city, f"/playback?{JUNE}", "patroller").json()
    assert own["patrols"] == full["patrols"], "张三 entered both"
    told = get(city, f"/playback?{JUNE}", "analyst")
    assert not any(word in told.text for word in ("日组", "夜组", "手机", "日班", "夜班"))
    shown = {one["started_at"]: one for one in told.json()["patrols"]}
    assert set(shown) == {"2026-06-02T08:00:00+08:00", "2026-06-02T23:50:00+08:00"}
    begun = [unpacked(one["legs"][0])[0][0] for one in shown.values()]
    assert min(begun) == datetime(2026, 6, 2, 8, tzinfo=ZONE).timestamp()
    assert city.status("/patrols/日组-001/saw", city.person("analyst")) == 403
    grown = get(city, f"/playback/growth/road?{JUNE}", "analyst").json()
    assert grown["whole"] is False
    assert not any("组" in code for code in grown["patrols"])
    assert 0 < seen_m(grown["lines"][0]) < seen_m(get(city, f"/playback/growth/road?{JUNE}").json()["lines"][0])


def test_what_a_phone_sends_off_duty_is_not_told_as_what_waits_to_be_worked_out(city):
    city.run("""
        INSERT INTO city.patrol_backlog (patrol_id, fixes, not_before)
        SELECT patrol_id, 7, now() + interval '1 day' FROM city.patrol WHERE code = '夜组-001'
    """)
    try:
        waiting = {"pending", "pending_fixes"}
        assert all(waiting <= one.keys() for one in get(city, f"/playback?{JUNE}").json()["patrols"])
        patrols = get(city, f"/playback?{JUNE}", "analyst").json()["patrols"]
        assert not any(waiting & one.keys() for one in patrols)
        for one in patrols:
            told = get(city, f"/patrols/{one['code']}", "analyst").json()["sightings"]
            assert (told["pending_fixes"], told["oldest_s"]) == (None, None)
    finally:
        city.run("DELETE FROM city.patrol_backlog")


def test_since_when_all_is_known_is_told_by_the_day_to_who_may_not_see_persons(city, monkeypatch):
    since = datetime(2026, 6, 2, 23, 50, 7, tzinfo=ZONE)
    asked = playback.question
    monkeypatch.setattr(playback, "question", lambda *given: replace(asked(*given), known_since=since))
    path = f"/playback/growth/road?{JUNE}"
    told = {role: get(city, path, role).json()["known_since"] for role in ("dispatcher", "analyst", "viewer")}
    assert told == {"dispatcher": since.isoformat(), "analyst": "2026-06-02", "viewer": "2026-06-02"}


def test_a_patroller_is_shown_the_own_patrols_alone(city):
    city.run("UPDATE city.patrol SET made_by = '别人' WHERE code = '夜组-001'")
    try:
        assert [one["code"] for one in get(city, f"/playback?{JUNE}", "patroller").json()["patrols"]] == ["日组-001"]
        assert get(city, f"/playback/growth/road?{JUNE}", "patroller").json()["patrols"] == ["日组-001"]
        assert city.status("/patrols/夜组-001/saw", city.person("patroller")) == 404
        seen = get(city, "/coverage/road/R1/at?chainage_m=520&at=2026-07-01", "patroller").json()["seen"]
        assert [(one.get("patrol"), one["nominal"][:10]) for one in seen] == [
            ("日组-001", "2026-06-02"),
            (None, "2026-06-02"),
        ]
        assert len(seen[1]["nominal"]) == 10, "of others by the day alone"
    finally:
        city.run("UPDATE city.patrol SET made_by = '张三' WHERE code = '夜组-001'")


def test_what_was_not_changed_is_not_sent_again(city):
    first = get(city, f"/playback?{JUNE}", **{"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip" and first.headers["Known-At"]
    held = {"If-None-Match": first.headers["ETag"]}
    again = city.client.get(f"/playback?{JUNE}", headers={**city.person("dispatcher"), **held})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("given", ["chainage_m=300", "lon=114.503132&lat=30.561"])
def test_a_metre_says_who_when_how_sure_and_when_it_is_due(city, given):
    told = get(city, f"/coverage/road/R1/at?{given}&at=2026-06-04T08:00").json()
    assert told["chainage_m"] == pytest.approx(300, abs=1) and told["at"] == "2026-06-04T08:00:00+08:00"
    (visit,) = told["seen"]
    assert (visit["patrol"], visit["crew"], visit["how"]) == ("日组-001", "日组", "sure")
    assert told["last"]["sure"] == visit["sure"] and visit["sure"][:13] == "2026-06-02T08"
    (duty,) = told["duties"]
    last = datetime.fromisoformat(duty["last_counted"])
    assert datetime.fromisoformat(duty["due_at"]) == last + timedelta(days=3)
    assert (duty["post_name"], duty["overdue_days"], told["nobody"]) == ("一岗", 0, False)
    late = get(city, f"/coverage/road/R1/at?{given}&at=2026-06-10T08:00").json()["duties"][0]
    due = datetime.fromisoformat(late["due_at"])
    assert late["overdue_days"] == pytest.approx((datetime(2026, 6, 10, 8, tzinfo=ZONE) - due) / timedelta(days=1))


def test_a_metre_agrees_with_the_debt_of_its_duty(city):
    told = get(city, "/coverage/road/R1/at?chainage_m=3000&at=2026-06-10T08:00").json()
    assert (told["seen"], told["last"]["possible"]) == ([], None)
    (duty,) = told["duties"]
    (piece,) = [
        one
        for one in get(city, "/debt?at=2026-06-10T08:00&duty=D-1&pieces=true").json()["pieces"]
        if one["target"] == "R1" and one["from_m"] <= 3000 < one["to_m"]
    ]
    assert duty["never_seen"] and piece["never_seen"]
    assert duty["overdue_days"] == pytest.approx(piece["overdue_days"])
    assert (duty["from_m"], duty["to_m"]) == (piece["from_m"], piece["to_m"])


def test_a_metre_that_nobody_answers_for_says_so(city):
    told = get(city, "/coverage/road/R2/at?chainage_m=5").json()
    assert told["nobody"] and told["duties"] == [] and told["seen"] == []


def test_a_metre_is_told_by_days_to_who_may_not_see_persons(city):
    path = "/coverage/road/R1/at?chainage_m=520&at="
    assert city.status(f"{path}2026-06-04T08:00", city.person("viewer")) == 400
    told = get(city, f"{path}2026-07-01", "viewer").json()
    assert {tuple(one) for one in told["seen"]} == {("mode", "sure", "nominal", "possible", "carried", "how")}
    assert {one["nominal"] for one in told["seen"]} == {"2026-06-02"}
    assert (told["last"]["nominal"], told["duties"][0]["last_counted"]) == ("2026-06-02", "2026-06-02")
    named = get(city, f"{path}2026-07-01", "analyst").json()["seen"]
    assert all(one["patrol"].startswith("patrol-") for one in named) and len(named) == 2


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("", "chainage_m"),
        ("?lon=114.5", "lat"),
        ("?chainage_m=1&lon=114.5&lat=30.56", "一种"),
        ("?chainage_m=99999", "长度"),
        ("?lon=30.56&lat=14.5", "颠倒"),
        ("?chainage_m=5&at=2100-01-01", "还没有到"),
        ("?chainage_m=5&reach_m=33", "没有存储"),
    ],
)
def test_a_metre_that_is_none_is_refused_with_the_remedy(city, query, word):
    answer = city.client.get(f"/coverage/road/R1/at{query}", headers=city.person("dispatcher"))
    assert answer.status_code == 400 and word in answer.json()["detail"], answer.text


def test_a_timeline_is_told_at_each_bound(city):
    path = f"/coverage/road/R1/timeline?{JUNE}&bound="
    sure, nominal, possible = (
        sum(one["to_m"] - one["from_m"] for one in get(city, path + bound).json()["sightings"])
        for bound in ("sure", "nominal", "possible")
    )
    assert 0 < sure < nominal < possible
    assert (
        get(city, path.removesuffix("&bound=")).json()["sightings"] == get(city, path + "nominal").json()["sightings"]
    )


class TestTryingOut:
    GPX = (
        '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
        + "".join(
            f'<trkpt lat="30.56" lon="{114.52 + n * 0.00025:.6f}"><time>2026-06-20T02:{n:02d}:00Z</time></trkpt>'
            for n in range(30)
        )
        + "</trkseg></trk></gpx>"
    )

    def send(self, city, query="", content=None, role="dispatcher"):
        headers = {**city.person(role), "Content-Type": "application/gpx+xml", "Content-Encoding": "gzip"}
        body = gzip.compress((content or self.GPX).encode())
        return city.client.post(f"/patrols?{query}", content=body, headers=headers)

    def counts(self, city):
        tables = ("patrol", "fix", "leg", "sighting", "patrol_backlog", "flag")
        return [city.run(f"SELECT count(*) FROM city.{table}") for table in tables]

    def test_nothing_is_stored_and_handing_in_then_says_the_same(self, city):
        before = self.counts(city)
        tried = self.send(city, "dry_run=true&crew=日组")
        assert tried.status_code == 200, tried.text
        told = tried.json()
        assert told["dry_run"] and told["status"] == "accepted" and self.counts(city) == before
        road = told["saw"]["targets"][0]
        assert road["code"] == "R1" and 0 < road["seen_sure_m"] < road["seen_m"] < road["seen_possible_m"]
        assert road["seen_geometry"]["type"] == "MultiLineString"
        assert [one["duty"] for one in told["saw"]["credits"]] == ["D-1"]
        done = self.send(city, "crew=日组")
        assert done.status_code == 201
        kept = ("fixes_read", "fixes_kept", "legs", "length_m", "started_at", "ended_at", "seen", "left_out", "code")
        assert {name: done.json()[name] for name in kept} == {name: told[name] for name in kept}
        saw = get(city, f"/patrols/{told['code']}/saw").json()
        assert {name: saw[name] for name in told["saw"]} == told["saw"]
        known = self.send(city, "dry_run=true&crew=日组").json()
        assert (known["status"], known["saw"]["targets"]) == ("known", saw["targets"])
        city.run("UPDATE city.patrol SET made_by = '别人', post_code = 'P-2' WHERE code = %s", told["code"])
        others = self.send(city, "dry_run=true", role="patroller").json()
        assert (others["status"], others["saw"]) == ("known", None), "who and for which post is not theirs to know"
        city.run("DELETE FROM city.patrol WHERE code = %s", told["code"])

    def test_of_a_file_with_several_tracks_each_is_tried_by_its_number(self, city):
        one = self.GPX[self.GPX.index("<trk>") : self.GPX.index("</gpx>")]
        both = self.GPX.replace("</gpx>", one.replace("T02:", "T05:") + "</gpx>")
        refused = self.send(city, "dry_run=true", both)
        assert refused.status_code == 400 and "2 条轨迹" in refused.json()["detail"]
        first, second = (self.send(city, f"dry_run=true&track={n}", both).json() for n in (1, 2))
        assert [one["tracks"] for one in (first, second)] == [2, 2]
        assert [one["started_at"][11:13] for one in (first, second)] == ["10", "13"]
        beyond = self.send(city, "dry_run=true&track=3", both)
        assert beyond.status_code == 400 and "没有第 3 条" in beyond.json()["detail"]

    def test_refusals_are_those_of_handing_in(self, city):
        for content in ("<gpx>", self.GPX.replace("lat=", "x="), self.GPX.replace("</gpx>", "")):
            tried, done = (self.send(city, query, content) for query in ("dry_run=true", ""))
            assert (tried.status_code, tried.json()["detail"]) == (done.status_code, done.json()["detail"])
            assert tried.status_code == 400
        far = self.send(city, "dry_run=true", self.GPX.replace('lon="114.', 'lon="74.'))
        assert far.status_code == 400 and "范围" in far.json()["detail"], far.text
        empty = city.client.post("/patrols?dry_run=true", json={"device": "甲"}, headers=city.person("dispatcher"))
        assert empty.status_code == 400 and "试看" in empty.json()["detail"]

    def test_who_may_not_hand_in_may_not_try_out(self, city):
        assert self.send(city, "dry_run=true", role="viewer").status_code == 403
        assert self.send(city, "dry_run=true", role="analyst").status_code == 403


def test_twenty_crews_for_a_day_are_under_a_megabyte(own_desk):
    from api.playback.legs import Leg, _written
    from api.sightings.targets import read_city

    chance = np.random.default_rng(7)
    legs = {}
    for crew in range(20):
        # Eight hours, a fix every five seconds, wandering as people do, errors and all.
        time_s = np.arange(0, 8 * 3600, 5.0) + 1.78e9
        heading = np.cumsum(chance.normal(0, 0.15, len(time_s)))
        lon = 114.5 + np.cumsum(np.cos(heading)) * 6e-5 * 0.8 + chance.normal(0, 3e-5, len(time_s))
        lat = 30.55 + np.cumsum(np.sin(heading)) * 5e-5 * 0.8 + chance.normal(0, 3e-5, len(time_s))
        legs[crew] = [Leg(time_s, lon, lat)]
    with own_desk.engine.begin() as connection:
        city = read_city(connection)
    body = json.dumps(_written(legs, city, 5.0)).encode()
    assert len(gzip.compress(body, 3)) < 1_000_000
