"""Playback over HTTP: legs within their tolerance, growth that ends as coverage, and who is told what."""

import gzip
import json
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest
import shapely

from api.routes import playback
from layers.crs import METRIC_DEFAULT, STORED, transformer
from tests.api.playback.conftest import JUNE, ZONE, get


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
