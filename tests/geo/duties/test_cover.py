"""How much of what a duty covers was seen in each of its periods: pairs, what nobody can tell, versions, beginnings."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.duties.cover import cover_of
from geo.duties.duty import Duty
from geo.duties.full_cover import Ground
from geo.duties.records import Patrols, Sightings
from geo.duties.scope import Scope

ZONE = ZoneInfo("Asia/Shanghai")
BOUNDS = ("sure", "nominal", "possible")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


JUNE, JULY, AUGUST = (at(f"2026-0{month}-01") for month in (6, 7, 8))


def duty(**fields):
    return Duty(**({"code": "D", "post_code": "P", "layer": "water", "per": "month", "times": 1} | fields))


def scope_of(*pieces):
    """Stretches of one line in metres, each since when."""
    low, high = np.array([[round(end * 100) for end in piece[:2]] for piece in pieces], dtype=np.int64).T
    one, began_s = np.ones(len(pieces), dtype=np.int64), np.array([piece[2] for piece in pieces])
    return Scope(one, low, high, began_s, np.full(len(pieces), np.inf), one)


def ground(scope, *walks, unknown=()):
    """Walks that started then and saw the line from 0 m to so many; stretches unknown until then."""
    started_s = np.array([at(when) for when, _ in walks])
    one, many = np.ones(len(walks), dtype=np.int64), len(walks)
    rows = Sightings(
        one, one * 0, np.array([round(m * 100) for _, m in walks], dtype=np.int64), started_s, started_s + 7200,
        np.arange(many),
    )  # fmt: skip
    out = Patrols((frozenset({"P"}),) * many, ("",) * many, ("foot",) * many, started_s, started_s + 7200, one * 60.0)
    low, high, until_s = np.array(unknown, dtype=float).reshape(-1, 3).T
    cm = (low * 100).astype(np.int64), (high * 100).astype(np.int64)
    doubts = Sightings(np.ones(len(low), dtype=np.int64), *cm, until_s, until_s, np.zeros(len(low), dtype=np.int64))
    return Ground(scope, rows, out, doubts)


def cover(duties, grounds, term=(JUNE, AUGUST), **more):
    return cover_of([duties] if isinstance(duties, Duty) else duties, grounds, term=term, zone=ZONE, **more)


def alike(one):
    return dict.fromkeys(BOUNDS, one)


def test_each_period_is_a_pair_by_the_patrols_that_start_in_it_and_none_is_cut():
    scope = scope_of((0, 1000, JUNE))
    grounds = {
        bound: ground(scope, ("2026-06-30T23:30", seen_m), ("2026-07-02T09:00", 1000))
        for bound, seen_m in zip(BOUNDS, (780, 810, 840), strict=True)
    }
    june, july = cover(duty(), grounds)
    assert june[:6] == ("2026-06", JUNE, JULY, 0.78, 0.81, 0.84) and june.unseen_m == 190.0 and not june.full
    assert july[1:6] == (JULY, AUGUST, 1.0, 1.0, 1.0) and july.full


def test_what_began_later_is_no_gap_of_the_periods_before():
    scope = scope_of((0, 600, JUNE), (600, 1000, at("2026-07-10")))
    june, july = cover(duty(), alike(ground(scope, ("2026-06-10", 600), ("2026-07-12", 600))))
    assert june.full and june.nominal == 1.0
    assert (july.nominal, july.unseen_m) == (0.6, 400.0)


def test_each_period_is_of_the_version_in_force_and_by_its_bound_and_rhythm():
    turn_s = at("2026-07-13")
    first = duty(valid_from_s=0.0, valid_to_s=turn_s, bound="sure")
    then = duty(per="week", valid_from_s=turn_s, bound="possible")
    scope = scope_of((0, 1000, JUNE))
    grounds = {
        bound: ground(scope, ("2026-07-02", m), ("2026-07-15", m)) for bound, m in zip(BOUNDS, (3, 5, 9), strict=True)
    }
    found = cover([first, then], grounds, term=(JULY, at("2026-07-27")))
    weeks = turn_s, at("2026-07-20"), at("2026-07-27")
    assert [one.period for one in found] == ["2026-07", "2026-W29", "2026-W30"]
    assert [(one.from_s, one.to_s) for one in found] == [(JULY, turn_s), weeks[:2], weeks[1:]]
    assert [one.unseen_m for one in found] == [997.0, 991.0, 1000.0]


@pytest.mark.parametrize(
    ("until", "share", "unseen_m", "unknown_m"), [("2026-06-20", 0.5, 300.0, 400.0), ("2026-05-20", 0.3, 700.0, 0.0)]
)
def test_what_nobody_can_tell_is_in_no_share_and_not_among_the_unseen(until, share, unseen_m, unknown_m):
    one = ground(scope_of((0, 1000, JUNE)), ("2026-06-10", 300), unknown=[(200, 700, at(until))])
    (june,) = cover(duty(), alike(one), term=(JUNE, JULY))
    assert (june.nominal, june.unseen_m, june.unknown_m, june.full) == (share, unseen_m, unknown_m, False)


def test_where_nothing_is_known_before_a_time_no_share_is_told_unless_all_was_seen():
    scope, known_s = scope_of((0, 1000, JUNE)), at("2026-06-20")
    for seen_m, share in ((300, None), (1000, 1.0)):
        one = ground(scope, ("2026-06-25", seen_m), ("2026-07-05", 300), unknown=[(0, 1000, known_s)])
        june, july = cover(duty(), alike(one), known_since_s=known_s)
        assert (june.nominal, june.unseen_m, june.unknown_m) == (share, 0.0, 1000.0 - seen_m)
        assert (july.nominal, july.unseen_m) == (0.3, 700.0)


@given(
    walks=st.lists(st.tuples(st.integers(1, 60), st.integers(0, 1200)), max_size=4),
    unknown=st.lists(st.tuples(st.integers(0, 500), st.integers(500, 1000), st.integers(0, 60)), max_size=2),
)
def test_what_was_seen_what_was_not_and_what_is_unknown_are_the_whole_and_a_share_is_one(walks, unknown):
    days = [(datetime.fromtimestamp(JUNE + day * 86_400, ZONE).isoformat()[:19], metres) for day, metres in walks]
    doubts = [(low, high, JUNE + day * 86_400.0) for low, high, day in unknown]
    for one in cover(duty(), alike(ground(scope_of((0, 1000, JUNE)), *days, unknown=doubts))):
        known_m = 1000 - one.unknown_m
        assert (one.nominal is None) == (known_m == 0)
        assert one.full == (one.unseen_m == one.unknown_m == 0)
        if one.nominal is not None:
            assert one.nominal == pytest.approx((known_m - one.unseen_m) / known_m) and 0 <= one.nominal <= 1


def test_nothing_to_cover_is_all_covered():
    nothing = Scope(*(np.empty(0, dtype=np.int64),) * 3, np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))
    assert all(one.full and one.nominal == 1.0 for one in cover(duty(), alike(ground(nothing))))
