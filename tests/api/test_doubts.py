"""What patrols turn out to be: in which datum, how doubtful, on whom that falls when others come in late."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.patrols.accept import Intake, Outing
from api.patrols.rework import Surroundings, rework
from api.sightings.targets import Targets
from api.tracks.track import RawTrack
from geo.tracks.datum import Datum, wgs84_to_bd09, wgs84_to_gcj02
from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.replay import Earlier, replayed
from layers import query
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED, STORED_SRID, transformer

EAST, NORTH = 545_000.0, 3_380_000.0
START_S = datetime(2026, 6, 1, 0, tzinfo=UTC).timestamp()
NOW = datetime(2026, 6, 30, tzinfo=UTC)
WEEK_S = 604_800.0
STREETS_M = (0, 240, 390, 760, 1010, 1420)
"""Where streets run, east and north of the corner: unevenly, as in towns, lest a shifted track fits elsewhere."""
SHIFTED = {"wgs84": lambda lon, lat: (lon, lat), "gcj02": wgs84_to_gcj02, "bd09": wgs84_to_bd09}
FLAGS = """
    SELECT p.code, f.kind, o.code FROM city.flag AS f JOIN city.patrol AS p USING (patrol_id)
    LEFT JOIN city.patrol AS o ON o.patrol_id = f.other_id WHERE f.known_to IS NULL ORDER BY 1, 2, 3
"""
STATE = "SELECT xmin::text, ctid::text FROM city.{table} ORDER BY 2"


def streets():
    """Streets as an INSERT."""
    ends = [(off, 0, off, 1420) for off in STREETS_M] + [(0, off, 1420, off) for off in STREETS_M]
    drawn = [f"LINESTRING ({EAST + a} {NORTH + b}, {EAST + c} {NORTH + d})" for a, b, c, d in ends]
    rows = [
        f"('S{n}', '{n}街', '2026-01-01', ST_Transform(ST_GeomFromText('{line}', city.metric_srid()), {STORED_SRID}))"
        for n, line in enumerate(drawn)
    ]
    return f"INSERT INTO city.road (code, name, valid_from, geom) VALUES {', '.join(rows)}"


def walk(seed=0, *, start_s=START_S, device="手机-1", minutes=40, sent_in="wgs84", east_m=0.0, mps=1.3, **fields):
    """A walk along the streets, a fix every 15 s, 4 m beside them or so."""
    random = np.random.default_rng(seed)
    corners = [(0, 0), (760, 0), (760, 390), (240, 390), (240, 1010), (1010, 1010), (1010, 240), (0, 240)] * 3
    turns = np.array(corners, dtype=float)
    along_m = np.append(0, np.cumsum(np.hypot(*np.diff(turns, axis=0).T)))
    time_s = np.arange(0, minutes * 60, 15.0)
    gone_m = np.cumsum(np.append(0, 15 * mps * random.lognormal(0, 0.2, len(time_s) - 1)))
    x, y = (np.interp(gone_m, along_m, turns[:, axis]) + random.normal(0, 2, len(time_s)) for axis in (0, 1))
    lon, lat = transformer(METRIC_DEFAULT, STORED).transform(EAST + east_m + x, NORTH + y)
    lon, lat = SHIFTED[sent_in](lon, lat)
    return RawTrack(1, device, lon, lat, start_s + time_s, np.full(len(time_s), 4.0), **fields)


@pytest.fixture
def city(connection):
    """A town's streets and nobody yet."""
    connection.exec_driver_sql("DELETE FROM city.road")
    connection.exec_driver_sql(streets())
    return connection


@pytest.fixture
def take(city):
    intake = Intake(Targets(read_catalogue()), (25.0,))

    def taken(track, code, **outing):
        return intake.accept(city, track, Outing(code=code, **outing), now=NOW)

    return taken


def flags(connection):
    return [tuple(row) for row in connection.exec_driver_sql(FLAGS)]


def again(connection, code):
    """Work a patrol out once more."""
    around = Surroundings.read(connection, Targets(read_catalogue()))
    number = connection.exec_driver_sql("SELECT patrol_id FROM city.patrol WHERE code = %s", (code,)).scalar()
    return rework(connection, number, around)


@pytest.mark.parametrize("sent_in", ["gcj02", "bd09"])
def test_positions_in_another_datum_than_declared_are_found_and_converted_and_kept_as_they_came(take, city, sent_in):
    truth, sent = walk(), walk(sent_in=sent_in)
    receipt = take(sent, "A", datum="wgs84")
    assert (receipt.datum.declared, receipt.datum.found, receipt.datum.used) == ("wgs84", sent_in, sent_in)
    rows = city.exec_driver_sql("SELECT lon, lat, lon_raw, lat_raw, datum FROM city.fix ORDER BY time").all()
    lon, lat, lon_raw, lat_raw = (np.array(column, dtype=float) for column in list(zip(*rows, strict=True))[:4])
    assert np.abs([lon - truth.lon, lat - truth.lat]).max() < 1e-7
    assert (lon_raw == sent.lon).all() and (lat_raw == sent.lat).all()
    assert {row.datum for row in rows} == {sent_in}
    stored = city.exec_driver_sql("SELECT datum_declared, datum_found, datum_odds FROM city.patrol").one()
    assert stored[:2] == ("wgs84", sent_in) and stored[2][sent_in] > 0.99
    assert sum(seen.length_m for seen in receipt.seen) > 1000


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from(list(Datum)), st.integers(1, 60))
def test_what_is_declared_as_it_is_is_never_converted_from_another(city, take, seed, datum, minutes):
    with city.begin_nested() as attempt:
        receipt = take(walk(seed, sent_in=str(datum), minutes=minutes), "A", datum=str(datum))
        assert receipt.datum.used == datum
        assert receipt.datum.found in (datum, "unknown")
        attempt.rollback()


def test_away_from_every_line_nothing_can_be_told_and_the_declared_datum_stands(take, city):
    receipt = take(walk(east_m=9000, sent_in="gcj02"), "A", datum="gcj02")
    assert (receipt.datum.found, receipt.datum.odds["reason"], receipt.datum.used) == ("unknown", "far", "gcj02")
    assert city.exec_driver_sql("SELECT DISTINCT datum FROM city.fix").scalars().all() == ["gcj02"]


def test_late_fixes_that_show_the_datum_convert_those_before_them(take, city):
    sent = walk(sent_in="gcj02")
    head = RawTrack(1, sent.device, *(column[:4] for column in (sent.lon, sent.lat, sent.time_s, sent.accuracy_m)))
    assert take(head, "A", datum="wgs84").datum.found == "unknown"
    from api.patrols.deposit import Home, deposit, lock_device
    from api.sightings.targets import read_city

    number = city.exec_driver_sql("SELECT patrol_id FROM city.patrol").scalar()
    lock_device(city, sent.device)
    deposit(city, Home(number, "A", sent.device, "wgs84"), sent, read_city(city), now=NOW)
    assert again(city, "A").datum.used == "gcj02"
    assert city.exec_driver_sql("SELECT DISTINCT datum FROM city.fix").scalars().all() == ["gcj02"]


def test_working_out_again_changes_neither_fixes_nor_flags_nor_traces(take, city):
    take(walk(sent_in="gcj02"), "A", datum="wgs84", crew="一组")
    take(walk(1, east_m=3000, device="手机-2", start_s=START_S + 300), "B", crew="一组")
    take(walk(start_s=START_S + WEEK_S), "C")
    tables = ("fix", "flag", "patrol_trace")
    before = {table: city.exec_driver_sql(STATE.format(table=table)).all() for table in tables}
    assert flags(city) == [("A", "two_places", "B"), ("B", "two_places", "A"), ("C", "replay", "A")]
    for code in "ABC":
        assert again(city, code).changed == {}
    assert {table: city.exec_driver_sql(STATE.format(table=table)).all() for table in tables} == before


@pytest.mark.parametrize("order", ["AB", "BA"])
def test_one_crew_in_two_places_at_once_makes_both_doubtful_whichever_comes_in_first(take, city, order):
    here = {"A": walk(), "B": walk(1, east_m=4000, device="手机-2", start_s=START_S + 600)}
    for code in order:
        take(here[code], code, crew="一组")
    assert flags(city) == [("A", "two_places", "B"), ("B", "two_places", "A")]


def test_two_crews_in_two_places_and_one_crew_on_both_sides_of_a_street_are_no_doubt(take, city):
    take(walk(), "A", crew="一组")
    take(walk(1, east_m=4000, device="手机-2"), "B", crew="二组")
    take(walk(2, east_m=30, device="手机-3"), "C", crew="一组")
    take(walk(3, east_m=4000, device="手机-4"), "D")
    assert flags(city) == []


def test_a_track_handed_in_again_is_doubtful_and_the_first_is_not(take, city):
    take(walk(), "A")
    take(walk(1, start_s=START_S + 86_400), "B")
    take(walk(device="手机-9", start_s=START_S + WEEK_S), "C")
    assert flags(city) == [("C", "replay", "A")]


def test_an_earlier_walk_that_comes_in_after_its_copy_makes_both_doubtful(take, city):
    take(walk(start_s=START_S + WEEK_S), "A")
    take(walk(), "B")
    assert flags(city) == [("A", "replay", "B"), ("B", "replay", "A")]
    assert city.exec_driver_sql("SELECT sum((evidence ->> 'lag_s')::float) FROM city.flag").scalar() == pytest.approx(0)


def test_a_patrol_of_before_there_were_courses_is_told_by_its_fixes_and_its_course_is_made_then(take, city):
    take(walk(), "A")
    course = city.exec_driver_sql("SELECT course FROM city.patrol_trace").scalar()
    city.exec_driver_sql("UPDATE city.patrol_trace SET course = NULL")
    take(walk(device="手机-9", start_s=START_S + WEEK_S), "B")
    assert flags(city) == [("B", "replay", "A")]
    made = city.exec_driver_sql("SELECT course FROM city.patrol_trace ORDER BY patrol_id").scalars().first()
    assert course and bytes(made) == bytes(course)


@settings(max_examples=3)
@given(st.permutations(range(9)), st.integers(0, 1000))
def test_among_many_walks_along_one_way_just_those_are_flagged_that_holding_each_against_each_shows(
    city, take, order, seed
):
    walks = [walk(seed + n, start_s=START_S + 86_400 * n, device=f"手机-{n}", minutes=30) for n in range(6)]
    copies = [walk(seed + n, start_s=START_S + WEEK_S * 2 + 7000 * n, device=f"抄-{n}", minutes=30) for n in range(3)]
    given_ = walks + copies
    with city.begin_nested() as attempt:
        for number in order:
            take(given_[number], str(number))
        found = {(late, early) for late, kind, early in flags(city) if kind == "replay"}
        attempt.rollback()
    tracks = [in_metres(track) for track in given_]
    expected = set()
    for late, early in permutations(range(9), 2):
        if tracks[late].time_s[0] > tracks[early].time_s[0] and replayed(tracks[late], [Earlier.of(tracks[early])]):
            expected.add((str(late), str(early)))
            if order.index(early) > order.index(late):
                expected.add((str(early), str(late)))
    assert found == expected
    assert {("6", "0"), ("7", "1"), ("8", "2")} <= found


def in_metres(track):
    """The track as the search for replays wants it."""
    x, y = transformer(STORED, METRIC_DEFAULT).transform(track.lon, track.lat)
    return Fixes(np.array(x), np.array(y), track.time_s, track.accuracy_m)


def test_drones_may_fly_one_way_twice(take, city):
    take(walk(), "A", mode="drone")
    take(walk(start_s=START_S + WEEK_S), "B", mode="drone")
    assert flags(city) == []


def test_a_ride_declared_as_a_walk_a_phone_left_lying_and_a_clock_eight_hours_late_are_told(take, city):
    take(walk(mps=7.0, minutes=20), "A")
    still = walk(device="手机-2", minutes=60, mps=0.0)
    take(still, "B")
    live = walk(2, device="手机-3", start_s=START_S - 8 * 3600)
    take(replace(live, received_s=live.time_s + 8 * 3600 + 2), "C")
    assert flags(city) == [("A", "drive_by", None), ("B", "left_lying", None), ("C", "clock", None)]


def test_a_doubt_that_rests_on_what_was_erased_stays(take, city):
    take(walk(), "A")
    take(walk(start_s=START_S + WEEK_S), "B")
    for table in ("fix", "leg", "patrol_trace"):
        city.exec_driver_sql(
            f"DELETE FROM city.{table} WHERE patrol_id = (SELECT patrol_id FROM city.patrol WHERE code = 'A')"
        )
    again(city, "B")
    assert flags(city) == [("B", "replay", "A")]


# Who went the same way

WENT = """
    WITH made AS (
        INSERT INTO city.patrol (code, track_no, device, mode, datum_declared, started_at, ended_at, fixes_read,
                                 fixes_kept, made_by, worked_at)
        SELECT 'W' || n, 1, 'd' || n, 'foot', 'wgs84', t, t + interval '1 hour', 9, 9, 'x', now()
        FROM generate_series(1, 4800) AS n,
             LATERAL (SELECT timestamptz '2025-01-01' + n * interval '163 minutes') AS m (t)
        RETURNING patrol_id
    )
    INSERT INTO city.patrol_trace (patrol_id, cells, passed_s)
    SELECT patrol_id, ARRAY[CASE WHEN patrol_id % 10 = 0 THEN 3 ELSE 1 END, 2], ARRAY[0, 60] FROM made
"""
NEAREST = """
    SELECT patrol_id FROM city.patrol JOIN city.patrol_trace USING (patrol_id)
    WHERE patrol_id <> %(patrol_id)s AND (patrol_id = ANY (%(also)s) OR (cells && %(cells)s::bigint[]
        AND abs(extract(epoch FROM started_at) - %(start_s)s) <= %(days)s * 86400))
    ORDER BY patrol_id = ANY (%(also)s) DESC, abs(extract(epoch FROM started_at) - %(start_s)s), patrol_id
    LIMIT %(most)s
"""


def test_where_few_went_as_where_thousands_did_the_nearest_in_time_are_held_against(city):
    city.exec_driver_sql(WENT.replace("%", "%%"))
    one, other = city.exec_driver_sql("SELECT min(patrol_id), max(patrol_id) FROM city.patrol_trace").one()
    for cells in ([1], [3], [2, 3], [4]):
        for start_s, days, also in ((1.75e9, 366, []), (1.751e9, 20, [other]), (1.6e9, 366, [one, other])):
            asked = {"patrol_id": (one + other) // 2, "cells": cells, "start_s": start_s, "days": days, "also": also}
            rows = query.rows(city, "patrol/doubts_alike", None, **asked, most=90)
            expected = city.exec_driver_sql(NEAREST, asked | {"most": 90}).scalars().all()
            assert [row["patrol_id"] for row in rows] == expected


def test_the_sample_shows_every_doubt_that_was_put_into_it_and_no_other(sample_engine):
    with sample_engine.connect() as connection:
        raised = {(code, kind) for code, kind, _ in flags(connection)}
        reports = connection.exec_driver_sql("SELECT code, report FROM city.patrol").all()
        notes = {code: report.removeprefix("示例轨迹,含缺陷:") for code, report in reports}
        wrong = connection.exec_driver_sql(
            "SELECT code FROM city.patrol WHERE datum_found NOT IN (datum_declared, 'unknown')"
        ).scalars()
        assert {notes[code] for code in wrong} == {"坐标基准误报"}
    kinds = {
        "以车代步": "drive_by",
        "以骑代步": "drive_by",
        "设备静置": "left_lying",
        "轨迹重放": "replay",
        "时钟错误": "clock",
    }
    meant = {(code, kinds[note]) for code, note in notes.items() if note in kinds}
    copied = {(code.removesuffix("R"), "replay") for code, kind in meant if kind == "replay"}
    assert raised == meant | copied


def test_one_device_that_sends_from_two_places_in_turns_is_flagged_whichever_of_them_is_kept(take, city):
    here, there = walk(1), walk(2, start_s=START_S + 7, east_m=6000)
    order = np.argsort(np.concatenate([here.time_s, there.time_s]))
    columns = (
        np.concatenate([getattr(here, name), getattr(there, name)])[order]
        for name in ("lon", "lat", "time_s", "accuracy_m")
    )
    receipt = take(RawTrack(1, "手机-1", *columns), "A")
    assert receipt.left_out["spike"] > 0.8 * len(here.time_s)
    assert flags(city) == [("A", "two_places", None)]
    evidence = city.exec_driver_sql("SELECT evidence FROM city.flag WHERE known_to IS NULL").scalar()
    assert evidence["spikes_count"] == receipt.left_out["spike"] and 4000 < evidence["least_m"] < 8000
    before = city.exec_driver_sql(STATE.format(table="flag")).all()
    again(city, "A")
    assert city.exec_driver_sql(STATE.format(table="flag")).all() == before
