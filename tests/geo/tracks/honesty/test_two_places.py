"""Two places at once: what no device, and no crew, can have done."""

from dataclasses import replace

import numpy as np
import pytest

from geo.tracks.honesty.flags import Fixes
from geo.tracks.honesty.two_places import impossible, two_places
from tests.geo.tracks.outings import Outing


def track(x, time_s, error_m=10.0):
    x, time_s = np.asarray(x, dtype=float), np.asarray(time_s, dtype=float)
    return Fixes(x, x * 0, time_s, np.full(len(x), error_m))


def test_two_walks_at_one_time_ten_kilometres_apart_are_flagged_on_both():
    one = Outing(way=1).fixes()
    two = Outing(way=2).fixes()
    two = replace(two, x=two.x + 10_000)
    for a, b in ((one, two), (two, one)):
        (flag,) = two_places(a, b)
        assert flag.pieces == ((a.time_s[0], a.time_s[-1]),)
        assert flag.evidence["least_m"] > 1000
        assert flag.evidence["fixes_count"] == len(a)


def test_only_the_time_they_share_is_flagged():
    one = track(np.zeros(100), np.arange(100) * 30.0)
    two = track(np.full(21, 20_000.0), 1500 + np.arange(21) * 30.0)
    (flag,) = two_places(one, two)
    ((from_s, to_s),) = flag.pieces
    # 20 km at 42 m/s take 476 s, before and after.
    assert (from_s, to_s) == (pytest.approx(1500 - 475, abs=30), pytest.approx(2100 + 475, abs=30))


def test_one_after_the_other_with_time_to_drive_between_is_possible():
    one = track(np.zeros(20), np.arange(20) * 30.0)
    assert two_places(one, track(np.full(20, 20_000.0), 570 + 477 + np.arange(20) * 30.0)) == []


def test_a_crew_may_be_apart_as_far_as_is_said():
    one, two = Outing(seed=1).fixes(), Outing(seed=1).fixes()
    two = replace(two, x=two.x + 1500)
    assert two_places(one, two) != []
    assert two_places(one, two, apart_m=1600) == []


def test_one_stray_fix_is_no_second_place():
    one = track(np.zeros(20), np.arange(20) * 30.0)
    x = np.zeros(20)
    x[10] = 50_000
    assert two_places(one, track(x, np.arange(20) * 30.0 + 1)) == []


def test_the_datum_shift_between_two_phones_shows_as_a_constant_distance():
    one = Outing(every_s=5).fixes()
    (flag,) = two_places(one, replace(one, x=one.x + 574))
    assert (flag.evidence["least_m"], flag.evidence["most_m"]) == (pytest.approx(574), pytest.approx(574))


def test_what_lies_out_of_reach_is_told_in_metres():
    one, two = track([0.0], [0.0]), track([1000.0], [10.0])
    # 42 m/s for 10 s, and for the 2 s by which clocks may differ.
    assert impossible(one, two).tolist() == pytest.approx([1000 - 420 - 84 - 32.4])
    assert impossible(one, two.take(slice(0, 0))).tolist() == [0.0]
