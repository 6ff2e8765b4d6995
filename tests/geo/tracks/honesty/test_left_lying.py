"""A phone left lying, and what is none: standing for a while, pottering about, sleeping through a silence."""

from dataclasses import replace

import numpy as np
import pytest

from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.left_lying import left_lying
from tests.geo.tracks.outings import Outing, wander


def lying(lasts_s=7200.0, every_s=20.0, scatter_m=2.5, error_m=10.0, from_s=0.0, memory=3.0, at=0.0):
    random = np.random.default_rng(3)
    count = int(lasts_s / every_s) + 1
    x, y = (at + scatter_m * wander(random, count, memory) for _ in "xy")
    return Fixes(x, y, from_s + np.arange(count) * every_s, np.full(count, error_m))


def joined(*tracks):
    """The tracks one after another."""
    columns = ("x", "y", "time_s", "accuracy_m")
    return Fixes(*(np.concatenate([getattr(one, column) for one in tracks]) for column in columns))


@pytest.mark.parametrize("every_s", [1.0, 20.0, 300.0, 900.0])
def test_two_hours_on_a_desk_are_flagged_with_how_little_it_moved(every_s):
    (flag,) = left_lying(lying(every_s=every_s))
    assert flag.evidence["time_s"] == 7200
    assert flag.evidence["scatter_m"] < 5 < flag.evidence["error_m"]
    assert flag.evidence["silence_s"] == every_s


def test_lying_in_the_middle_of_a_walk_is_flagged_for_its_own_time():
    walk = Outing(stops=0, lasts_s=1800, start_s=0.0).fixes()
    still = lying(3600, from_s=1800.0)
    still = Fixes(still.x + walk.x[-1], still.y + walk.y[-1], still.time_s, still.accuracy_m)
    on = Outing(way=4, stops=0, lasts_s=1800, start_s=5500.0).fixes()
    on = Fixes(on.x + walk.x[-1], on.y + walk.y[-1], on.time_s, on.accuracy_m)
    (flag,) = left_lying(joined(walk, still, on))
    ((from_s, to_s),) = flag.pieces
    assert (from_s, to_s) == (pytest.approx(1800, abs=60), pytest.approx(5400, abs=160))


def test_twenty_minutes_of_lunch_are_not():
    assert left_lying(lying(1200)) == []


def test_pottering_about_a_sluice_is_not():
    assert left_lying(lying(scatter_m=12.0, error_m=10.0, memory=1)) == []


def test_one_place_before_and_after_a_long_silence_is_not():
    assert left_lying(joined(lying(600), lying(600, from_s=30_000.0))) == []


def test_stray_fixes_part_the_pieces_of_one_flag():
    fixes = lying()
    x = fixes.x.copy()
    x[180] += 90
    (flag,) = left_lying(replace(fixes, x=x))
    assert flag.pieces == ((0.0, 3580.0), (3620.0, 7200.0))
    assert flag.evidence["time_s"] == 7160


def test_two_places_are_two_flags():
    assert len(left_lying(joined(lying(2400), lying(2400, from_s=3000.0, at=500.0)))) == 2


def test_a_million_equal_fixes_are_one_flag():
    fixes = Fixes(np.zeros(10**6), np.zeros(10**6), np.arange(1e6), np.full(10**6, 5.0))
    (flag,) = left_lying(fixes)
    assert flag.evidence["scatter_m"] == 0
