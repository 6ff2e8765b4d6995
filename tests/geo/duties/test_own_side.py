"""What a patrol saw from its own side of the water: the near bank of a narrow river, with the times it was seen at."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.banks.banks import Water, derive, surfaces
from geo.coverage.sightings import BOUNDS, TIMED_S, Track, see_all
from geo.duties.own_side import Banks, see_own_side
from geo.lines.multirange import Ranges, lengths

RIVER = shapely.box(-500, 0, 1500, 20)
LEFT, RIGHT = shapely.LineString([(0, 20), (1000, 20)]), shapely.LineString([(0, 0), (1000, 0)])
BANKS = Banks([LEFT, RIGHT], [RIVER, RIVER])


def walk(*rows, accuracy_m=3.0):
    """One leg of rows (x, y, seconds)."""
    x, y, time_s = np.array(rows, dtype=float).T
    return Track(x, y, time_s, np.full(len(x), accuracy_m), np.array([0, len(x)]))


def along(y, *, pace_mps=1.0, **options):
    return walk(*((x, y, x / pace_mps) for x in range(100, 901, 20)), **options)


def metres(visits, lines=2):
    return (lengths(Ranges(visits.line, visits.from_cm, visits.to_cm), lines) / 100).tolist()


def seen(track, mode="foot", banks=BANKS, bound="nominal", reach_m=25.0):
    return metres(see_own_side(track, mode, banks, [reach_m], [bound])[reach_m, bound], len(banks.shores))


@pytest.mark.parametrize("mode", ["foot", "bicycle", "car"])
def test_who_walks_along_the_left_bank_sees_the_left_one_alone(mode):
    track = along(22)
    left, right = metres(see_all(track, BANKS.lines, [25.0])[25.0, "nominal"])
    assert (left, right) == (pytest.approx(849.8, abs=0.1), pytest.approx(823.7, abs=0.1))
    assert seen(track, mode) == [left, 0]


@pytest.mark.parametrize("mode", ["boat", "drone"])
def test_who_goes_on_or_above_the_water_sees_both(mode):
    assert seen(along(10), mode) == metres(see_all(along(10), BANKS.lines, [25.0])[25.0, "nominal"])
    assert seen(along(10), "foot") == [0, 0]


def test_who_crosses_by_a_foot_bridge_sees_both_banks_near_it():
    bridge = walk((500, 40, 0), (500, 20, 20), (500, 0, 40), (500, -20, 60))
    left, right = seen(bridge)
    assert left == right == pytest.approx(50, abs=1)


def test_what_is_possible_allows_for_the_error_of_the_fix():
    rough = along(22, accuracy_m=16.0)  # right to 26 m, as far as the other bank and more
    assert seen(rough, bound="nominal")[1] == seen(rough, bound="sure")[1] == 0
    assert seen(rough, bound="possible")[1] > 800


def test_a_step_of_a_quarter_of_an_hour_is_timed_metre_by_metre():
    visits = see_own_side(walk((0, 22, 0), (900, 22, 900)), "foot", BANKS, [25.0])[25.0, "nominal"]
    middle_s = (visits.from_cm + visits.to_cm) / 200
    assert (np.abs((visits.first_s + visits.last_s) / 2 - middle_s) < TIMED_S).all()
    assert (visits.last_s - visits.first_s < 3 * TIMED_S).all()


def test_a_river_known_by_its_line_is_as_wide_as_its_banks_are_apart():
    course = shapely.LineString([(0, 0), (400, 60), (800, -40), (1200, 0)])
    brook = Water("W1", "小溪", "stream", course, width_m=16.0)
    water = surfaces([brook])["W1"]
    banks = derive([brook]).banks
    for bank in banks:
        own = Banks([bank.line], [water])
        beside = shapely.get_coordinates(bank.line.parallel_offset(3.0, "left" if bank.side == "left" else "right"))
        track = walk(*((x, y, 300 * n) for n, (x, y) in enumerate(beside)))
        assert seen(track, banks=own) == metres(see_all(track, own.lines, [25.0])[25.0, "nominal"], 1)
        across = Banks([next(other.line for other in banks if other is not bank)], [water])
        assert seen(track, banks=across) == [0]


def test_nothing_to_see_and_nobody_there():
    nobody = Track(*np.empty((4, 0)), np.array([0]))
    for track, banks in ((nobody, BANKS), (along(22), Banks([], [])), (along(500), BANKS)):
        assert len(see_own_side(track, "foot", banks, [25.0])[25.0, "nominal"].line) == 0


PLACE = st.tuples(st.integers(-60, 1060), st.integers(-60, 80), st.sampled_from([0, 3, 20, 90, 400]))
LEGS = st.lists(st.lists(PLACE, min_size=1, max_size=6), min_size=1, max_size=3)


def made(legs, accuracy_m):
    rows, at_s = [], 0.0
    for leg in legs:
        for x, y, wait_s in leg:
            at_s += wait_s
            rows.append((x, y, at_s))
        at_s += 500
    starts = np.append(0, np.cumsum([len(leg) for leg in legs]))
    x, y, time_s = np.array(rows, dtype=float).T
    return Track(x, y, time_s, np.full(len(x), float(accuracy_m)), starts)


@settings(max_examples=40)
@given(LEGS, st.sampled_from([0, 3, 12]))
def test_without_water_it_is_what_is_seen_anyway_and_with_it_no_more(legs, accuracy_m):
    track = made(legs, accuracy_m)
    every = see_all(track, BANKS.lines, [25.0, 40.0])
    dry = see_own_side(track, "foot", Banks([LEFT, RIGHT], [None, shapely.Polygon()]), [25.0, 40.0])
    wet = see_own_side(track, "foot", BANKS, [25.0, 40.0])
    for view, visits in every.items():
        assert metres(dry[view]) == pytest.approx(metres(visits), abs=0.03)
        assert all(own <= all_of + 0.03 for own, all_of in zip(metres(wet[view]), metres(visits), strict=True))
    for reach_m in (25.0, 40.0):
        bounds = [metres(wet[reach_m, bound]) for bound in BOUNDS]
        for sure, nominal, possible in zip(*bounds, strict=True):
            assert sure <= nominal + 0.02 and nominal <= possible + 0.02


@settings(max_examples=40)
@given(LEGS)
def test_every_time_holds_to_a_minute_for_every_place(legs):
    track = made(legs, 3)
    visits = see_own_side(track, "foot", BANKS, [25.0])[25.0, "nominal"]
    own = [
        (shapely.LineString([(track.x[a], track.y[a]), (track.x[b], track.y[b])]), track.time_s[a], track.time_s[b])
        for start, stop in zip(track.starts, track.starts[1:], strict=False)
        for a, b in ([(start, start)] if stop - start == 1 else [(i, i + 1) for i in range(start, stop - 1)])
    ]
    for line, from_cm, to_cm, first_s, last_s in zip(*(column.tolist() for column in visits), strict=True):
        place = (LEFT, RIGHT)[line].interpolate((from_cm + to_cm) / 200)
        near = [(start, stop) for step, start, stop in own if step.distance(place) <= 25.01]
        assert any(start - TIMED_S <= first_s and last_s <= stop + TIMED_S for start, stop in _runs(near))


def _runs(spans):
    """Stretches of time that follow one another within a minute, as one."""
    joined = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1] + TIMED_S:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        else:
            joined.append((start, stop))
    return joined
