"""A reach that is first named after tracks were erased: stored for what remains, and what was before is unknown."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from api.cluster.cluster import OWNER
from api.database import Database
from api.duties.keep import Upkeep
from api.sightings.reaches import limited_reaches, store_reaches, stored_reaches
from api.sightings.wholes_anew import limited_wholes, store_wholes
from layers.catalogue import read_catalogue
from tests.api.test_erase import city, desk_of, erased  # noqa: F401
from tests.api.test_same_side import LEFT, duty, get

SINCE = datetime(2026, 6, 4, 0, 3, 45, tzinfo=UTC)
"""When the last of the erased patrols ended."""
JUNE = "from=2026-06-01&to=2026-07-01"
AFTER = "from=2026-06-09&to=2026-07-01"
CHANGED = """
INSERT INTO city.duty
SELECT (jsonb_populate_record(d, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('city.duty', 'id')), 'reach_m', 40, 'valid_from', d.valid_to, 'valid_to', NULL
))).* FROM city.duty AS d WHERE d.code = 'OWN'
"""
EVERY = f"/coverage/bank?reach_m=40&{AFTER}"


@pytest.fixture(scope="module")
def later(cluster, city):  # noqa: F811
    """A city whose early patrols were erased, and only then duties named 40 m; `before` is what was told before."""
    with desk_of(cluster, city) as desk:
        desk.may = performance(desk, "OWN", "2026-05")
        erased(desk)
        desk.before = get(desk, EVERY)
        duty(desk, "FAR", reach_m=40)
        duty(desk, "FRESH", reach_m=40, valid_from="2026-06-05")
        duty(desk, "TWICE", reach_m=40, interval_days=None, per="month", times=2)
        duty(desk, "CELLS", reach_m=40, layer="grid")
        desk.waiting = get(desk, "/debt?at=2026-06-20")["waiting"]
        Upkeep(Database(desk.engine), read_catalogue()).once()
        yield desk


@pytest.fixture
def trying(cluster, later):
    """A connection to that city, of which nothing stays that was done."""
    engine = create_engine(cluster.url(later.engine.url.database, OWNER), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def debt(desk, code, at):
    (one,) = get(desk, f"/debt?at={at}&duty={code}")["duties"]
    return one


def performance(desk, code, period):
    (one,) = get(desk, f"/duties/performance?period={period}&by=duty&duty={code}")["duties"]
    return one


def covered(desk, code, period):
    told = get(desk, f"/coverage/bank?duty={code}&{period}")
    return told, next(one for one in told["targets"] if one["code"] == LEFT)


def test_it_is_stored_for_the_tracks_that_remain_with_the_date(later, trying):
    assert {one["duty"] for one in later.waiting} == {"FAR", "FRESH", "TWICE", "CELLS"}
    assert get(later, "/debt?at=2026-06-20")["waiting"] == []
    assert (stored_reaches(trying), limited_reaches(trying)) == ((25.0, 40.0), {40.0: SINCE})
    assert ("grid", 25.0) not in (limited := limited_wholes(trying)) and limited["grid", 40.0] == SINCE
    assert get(later, EVERY)["targets"] == later.before["targets"]


def test_an_earlier_period_is_refused_with_the_date_and_the_reaches_without_a_limit(later):
    paths = ("bank?", f"bank/{LEFT}/timeline?", "grid?")
    for path in paths:
        for start in ("", "&from=2026-06-04"):
            answer = later.client.get(f"/coverage/{path}reach_m=40{start}", headers=later.writer)
            assert answer.status_code == 400
            assert "起点移到 2026-06-05 或其后" in answer.text and "25 米" in answer.text
        told = get(later, f"/coverage/{path}reach_m=40&from=2026-06-04T08:03:45%2B08:00")
        assert "known_since" not in told
    assert get(later, "/coverage/bank")["reach_m"] == 25


def test_coverage_of_a_duty_tells_the_unknown_apart_from_the_unseen(later):
    told, bank = covered(later, "FAR", JUNE)
    assert datetime.fromisoformat(told["known_since"]) == SINCE
    assert bank["seen_m"] > 300 and bank["unseen"] == [] and bank["share"] is None
    assert bank["unknown_m"] == pytest.approx(bank["length_m"] - bank["seen_m"], abs=0.02)
    told, bank = covered(later, "FAR", AFTER)
    assert "known_since" not in told and bank["unknown_m"] == 0 and bank["unseen"]
    cells = get(later, f"/coverage/grid?duty=CELLS&{JUNE}")
    inner = [one for one in cells["targets"] if len(one["code"]) > 9]
    assert cells["never_visited"] == 0 < cells["unknown"] == sum(one["unknown"] for one in inner)
    assert {one["share"] for one in cells["targets"] if one["unknown"]} == {None}
    (summed, *_) = get(later, f"/coverage/grid?duty=CELLS&by=community&{JUNE}")["targets"]
    assert summed["unknown"] + summed["visited"] == summed["targets"]
    assert get(later, f"/coverage/grid?duty=CELLS&{AFTER}")["never_visited"] == cells["unknown"]
    answer = later.client.get(f"/coverage/grid?duty=CELLS&format=csv&{JUNE}", headers=later.writer)
    assert answer.text.splitlines()[0].endswith("last_seen,unknown")


def test_nothing_is_owed_of_what_is_unknown_until_somebody_goes_there(later):
    early, late = debt(later, "FAR", "2026-06-09"), debt(later, "FAR", "2026-06-20")
    for one in (early, late):
        assert datetime.fromisoformat(one["known_since"]) == SINCE and one["never_seen_m"] == 0
    assert (early["debt_m_days"], early["unknown_m"], early["on_time_share"]) == (0, early["length_m"], None)
    seen_m = sum(one["seen_m"] for one in later.before["targets"])
    assert late["length_m"] - late["unknown_m"] == pytest.approx(seen_m, abs=0.02)
    # Seen on the morning of the 10th, due a day later.
    assert late["debt_m_days"] == pytest.approx(seen_m * (9 + 16 / 24 - 1), rel=1e-3)
    cells = debt(later, "CELLS", "2026-06-09")
    assert cells["unknown_targets"] == cells["length_targets"] > 0 == cells["debt_target_days"]


def test_a_duty_that_began_after_the_date_knows_all_that_it_asks_for(later):
    fresh = debt(later, "FRESH", "2026-06-09")
    assert (fresh["unknown_m"], fresh["known_since"]) == (0, None)
    assert fresh["debt_m_days"] == pytest.approx(fresh["length_m"] * 3)


def test_a_count_in_a_period_that_begins_before_is_unknown_where_it_is_not_done(later):
    may, june, july = (performance(later, "TWICE", f"2026-0{month}") for month in (5, 6, 7))
    assert [(one["met"], one["missed"], one["unknown"]) for one in (may, june, july)] == [
        (0, 0, 2),
        (1, 0, 1),
        (0, 2, 0),
    ]
    assert june["due"] == len(june["dues"]) == 1 and [one["period"] for one in june["unknown_dues"]] == ["2026-06"]
    (cover,) = june["cover"]
    assert cover["unseen_m"] == 0 < cover["unknown_m"] and not cover["full"]
    assert july["cover"][0]["unseen_m"] > 0 == july["cover"][0]["unknown_m"]
    (post,) = get(later, "/duties/performance?period=2026-06")["posts"]
    assert post["unknown"] == 1
    daily = performance(later, "FAR", "2026-06")
    assert min(datetime.fromisoformat(one["from"]) for one in daily["dues"]) >= SINCE and daily["missed"] > 20
    assert performance(later, "FAR", "2026-05")["due"] == 0


def test_states_that_are_kept_say_the_same(later):
    paths = [f"/debt?at=2026-{day}&duty=FAR" for day in ("05-20", "06-20", "07-20")]

    def told():
        return [get(later, path)["duties"] for path in paths]

    before = told()
    assert later.run("SELECT count(*) FROM city.duty_state WHERE duty_code = 'FAR'") > 0
    later.run("DELETE FROM city.duty_state")
    assert told() == before
    Upkeep(Database(later.engine), read_catalogue()).once()
    assert told() == before


def test_a_curve_rests_on_the_patrols_after_the_date_alone(later):
    answer = later.client.get(f"/debt/curve?duty=FAR&{JUNE}", headers=later.writer)
    assert answer.status_code == 400 and "2026-06-04T08:03:45+08:00" in answer.text
    assert get(later, f"/debt/curve?duty=FAR&{AFTER}")["patrols"] == 1


def test_a_duty_that_changes_to_it_keeps_the_figures_of_the_time_before(later):
    later.run("UPDATE city.duty SET valid_to = '2026-06-01' WHERE code = 'OWN'")
    later.run(CHANGED)
    may = performance(later, "OWN", "2026-05")
    assert may == later.may and may["done"] == 1
    assert debt(later, "OWN", "2026-06-20")["unknown_m"] > 0


def test_a_layer_that_is_first_looked_at_then_is_told_from_the_date_on(trying):
    trying.exec_driver_sql("DELETE FROM city.whole_stored WHERE layer = 'grid' AND reach_m = 25")
    said = []
    assert store_wholes(trying, [25.0], said.append) == [("grid", 25.0)]
    assert limited_wholes(trying)["grid", 25.0] == SINCE and "2026-06-04T" in said[0]


def test_what_the_settings_name_is_stored_too_and_never_becomes_the_default(trying):
    said = []
    trying.exec_driver_sql("UPDATE city.stored_reach SET reach_m = 30 WHERE reach_m = 25")
    assert store_reaches(trying, [25.0, 30.0], said.append) == [25.0]
    assert stored_reaches(trying)[0] == 30 and limited_reaches(trying).keys() == {25.0, 40.0}
    assert any("25 米" in line and "2026-06-04T" in line for line in said)
