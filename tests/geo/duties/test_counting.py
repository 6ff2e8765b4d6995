"""Which sightings count: hours, settlers, modes, flags, versions, and tests of whole targets."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.duties.counting import counted, in_hours, may_settle, settles, unflagged
from geo.duties.debt import advance
from geo.duties.duty import Duty
from geo.duties.records import Flags, Patrols, Sightings, WholeVisits, no_flags
from geo.duties.scope import Scope, never_seen
from layers.errors import BadInput

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 6, 1, 12, tzinfo=ZONE).timestamp()
HOUR = 3600.0


def duty(**fields):
    return Duty(**({"code": "D", "post_code": "P", "layer": "water", "interval_days": 7} | fields))


def patrols(*rows):
    """Rows (posts, crew, mode)."""
    ended = np.full(len(rows), NOON + 2 * HOUR)
    return Patrols(
        tuple(frozenset(posts) for posts, _, _ in rows),
        tuple(crew for _, crew, _ in rows),
        tuple(mode for _, _, mode in rows),
        np.full(len(rows), NOON),
        ended,
        np.full(len(rows), 120.0),
    )


def sightings(*rows):
    """Rows (first_s, last_s, patrol) of one stretch of one target."""
    first_s, last_s, patrol = (np.array(column) for column in zip(*rows, strict=True))
    one = np.ones(len(rows), dtype=np.int64)
    return Sightings(one, one * 0, one * 100, first_s.astype(float), last_s.astype(float), patrol)


def times(rows):
    return sorted(zip(((rows.first_s - NOON) / HOUR).tolist(), ((rows.last_s - NOON) / HOUR).tolist(), strict=True))


OWN = patrols((["P"], "一组", "foot"))


def test_own_delegates_and_anyone():
    out = patrols((["P"], "一组", "foot"), (["Q"], "二组", "foot"), (["R"], "三组", "foot"), ([], "四组", "foot"))
    by_delegates = duty(settled_by="delegates", delegates=["Q", "四组"])
    assert may_settle(duty(), out).tolist() == [True, False, False, False]
    assert may_settle(by_delegates, out).tolist() == [True, True, False, True]
    assert may_settle(duty(settled_by="anyone"), out).all()


def test_only_modes_that_count():
    out = patrols((["P"], "一组", "foot"), (["P"], "二组", "car"))
    rows = sightings((NOON, NOON + HOUR, 0), (NOON, NOON + HOUR, 1))
    assert counted(duty(modes=["foot", "boat"]), rows, out, flags=no_flags(), zone=ZONE).patrol.tolist() == [0]


def test_hours_cut_times_and_versions_do_too():
    rows = sightings((NOON - HOUR, NOON + 9 * HOUR, 0))
    assert times(counted(duty(hours=["12:00-13:00", "20:00-22:00"]), rows, OWN, flags=no_flags(), zone=ZONE)) == [
        (0, 1),
        (8, 9),
    ]
    version = duty(valid_from_s=NOON, valid_to_s=NOON + 2 * HOUR)
    assert times(counted(version, rows, OWN, flags=no_flags(), zone=ZONE)) == [(0, 2)]


def test_a_moment_at_which_a_window_opens_is_in_it_and_that_at_which_it_closes_is_not():
    window = duty(hours=["12:00-13:00"])
    assert len(in_hours(window, sightings((NOON, NOON, 0)), ZONE).target) == 1
    assert len(in_hours(window, sightings((NOON + HOUR, NOON + HOUR, 0)), ZONE).target) == 0
    assert len(in_hours(duty(), sightings((NOON, NOON, 0)), ZONE).target) == 1


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 900)), min_size=1, max_size=8))
def test_a_night_window_sees_what_its_halves_see_together(rows):
    state = never_seen(Scope(*np.array([[1], [0], [100]]), np.array([NOON]), np.full(1, np.inf), np.ones(1, int)))
    seen = sightings(*((NOON + at * 60, NOON + (at + long) * 60, 0) for at, long in rows))
    whole, halves = (
        advance(state, in_hours(duty(hours=hours), seen, ZONE))
        for hours in (["22:00-02:00"], ["22:00-24:00", "00:00-02:00"])
    )
    apart = advance(
        advance(state, in_hours(duty(hours=["22:00-24:00"]), seen, ZONE)),
        in_hours(duty(hours=["00:00-02:00"]), seen, ZONE),
    )
    assert whole.last_s.tolist() == halves.last_s.tolist() == apart.last_s.tolist()


def test_flagged_pieces_count_only_where_the_duty_says_so_and_what_lies_outside_them_counts_on():
    rows = sightings((NOON, NOON + 2 * HOUR, 0))
    middle = Flags(np.zeros(1, int), np.array([NOON + 0.5 * HOUR]), np.array([NOON + HOUR]), ("left_lying",))
    cut = times(counted(duty(), rows, OWN, flags=middle, zone=ZONE))
    assert cut == [pytest.approx((0, 0.5)), pytest.approx((1, 2))]
    assert times(counted(duty(flagged_count=True), rows, OWN, flags=middle, zone=ZONE)) == [(0, 2)]
    whole = Flags(np.zeros(2, int), np.array([NOON + HOUR, NOON]), np.array([NOON + 2 * HOUR, NOON + HOUR]), ("a", "b"))
    assert times(counted(duty(), rows, OWN, flags=whole, zone=ZONE)) == []


def test_a_flag_inside_another_does_not_shorten_it():
    rows = sightings((NOON, NOON + 2 * HOUR, 0))
    flags = Flags(np.zeros(2, int), NOON + HOUR * np.array([0, 0.2]), NOON + HOUR * np.array([1.5, 0.4]), ("a", "b"))
    assert times(counted(duty(), rows, OWN, flags=flags, zone=ZONE)) == [pytest.approx((1.5, 2))]


def test_flags_touch_no_other_patrol():
    out = patrols(*[(["P"], "一组", "foot")] * 3)
    rows = sightings(*((NOON, NOON + HOUR, patrol) for patrol in range(3)))
    flags = Flags(np.array([1]), np.array([NOON]), np.array([NOON + HOUR]), ("drive_by",))
    assert sorted(counted(duty(), rows, out, flags=flags, zone=ZONE).patrol.tolist()) == [0, 2]


def visits(**columns):
    rows = {"share": 1.0, "road_share": np.nan, "distance_m": 0.0, "dwell_s": 60.0, "metres": 0.0} | columns
    return WholeVisits(
        np.array([4]),
        *(np.array([rows[name]]) for name in ("share", "road_share", "distance_m", "dwell_s", "metres")),
        np.array([NOON]),
        np.array([NOON + HOUR]),
        np.zeros(1, dtype=np.int64),
    )


@pytest.mark.parametrize(
    ("fields", "columns", "passes"),
    [
        ({}, {"share": 0.01}, True),
        ({"test_distance_m": 20.0}, {"distance_m": 20.0}, True),
        ({"test_distance_m": 20.0}, {"distance_m": 20.1}, False),
        ({"test_dwell_s": 61.0}, {}, False),
        ({"test_share": 0.5}, {"share": 0.5}, True),
        ({"test_road_share": 0.5}, {}, False),
    ],
)
def test_a_whole_target_is_settled_by_one_visit_that_passes_the_test(fields, columns, passes):
    assert settles(duty(**fields), visits(**columns)).tolist() == [passes]
    seen = counted(duty(**fields), visits(**columns), OWN, flags=no_flags(), zone=ZONE)
    assert (seen.target.tolist(), seen.to_cm.tolist()) == (([4], [100]) if passes else ([], []))


def test_a_visit_cannot_be_cut_so_it_must_lie_in_the_hours_and_outside_flags_as_a_whole():
    for hours, counts in ((["12:00-13:30"], 1), (["12:30-14:00"], 0)):
        assert len(counted(duty(hours=hours), visits(), OWN, flags=no_flags(), zone=ZONE).target) == counts
    flags = Flags(np.zeros(1, int), np.array([NOON + 600]), np.array([NOON + 700]), ("clock_wrong",))
    assert len(counted(duty(), visits(), OWN, flags=flags, zone=ZONE).target) == 0


def test_nothing_seen_counts_as_nothing_and_strangers_are_refused():
    assert len(counted(duty(hours=["08:00-09:00"]), Sightings.none(), OWN, flags=no_flags(), zone=ZONE).target) == 0
    for patrol in (-1, 1):
        with pytest.raises(BadInput, match="1 次巡查"):
            counted(duty(), sightings((NOON, NOON, patrol)), OWN, flags=no_flags(), zone=ZONE)


def test_doubts_about_others_take_nothing_away_from_nothing():
    duty = Duty(code="D", post_code="P", layer="bank", interval_days=7)
    flags = Flags(np.array([3]), np.zeros(1), np.ones(1), ("replay",))
    assert len(unflagged(duty, Sightings.none(), flags).target) == 0
