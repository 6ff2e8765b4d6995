"""Drive-bys: walks and bicycle rounds that went by vehicle, for a while, for sure."""

from dataclasses import replace

import numpy as np
import pytest

from geo.tracks.honesty.drive_by import drive_bys
from geo.tracks.honesty.flags import Fixes
from tests.geo.tracks.outings import Outing


def going(*parts, every_s=10.0, error_m=10.0):
    """A track along a line: parts of (seconds, metres a second)."""
    ends_s = np.append(0.0, np.cumsum([lasts_s for lasts_s, _ in parts]))
    ends_m = np.append(0.0, np.cumsum([lasts_s * speed for lasts_s, speed in parts]))
    time_s = np.arange(0, ends_s[-1] + 1, every_s)
    return Fixes(np.interp(time_s, ends_s, ends_m), 0 * time_s, time_s, np.full(len(time_s), error_m))


@pytest.mark.parametrize("every_s", [1.0, 10.0, 20.0, 30.0, 60.0])
def test_a_lift_in_the_middle_of_a_walk_is_told_with_its_time_and_speed(every_s):
    (flag,) = drive_bys(going((600, 1.3), (300, 9.0), (600, 1.3), every_s=every_s), "foot")
    ((from_s, to_s),) = flag.pieces
    assert (from_s, to_s) == (pytest.approx(600, abs=60), pytest.approx(900, abs=60))
    assert flag.evidence["most_mps"] == pytest.approx(9.0)
    assert flag.evidence["length_m"] == pytest.approx(2700, rel=0.2)
    assert flag.evidence["limit_mps"] == 2.5


def test_a_red_light_does_not_end_a_ride():
    (flag,) = drive_bys(going((100, 9.0), (50, 0.0), (100, 9.0)), "foot")
    assert len(flag.pieces) == 1
    (flag,) = drive_bys(going((200, 9.0), (300, 1.0), (200, 9.0)), "foot")
    assert len(flag.pieces) == 2


def test_a_run_for_the_bus_is_no_ride():
    assert drive_bys(going((600, 1.3), (90, 4.0), (600, 1.3)), "foot") == []


def test_what_the_error_may_explain_is_no_ride():
    assert drive_bys(going((600, 3.0), error_m=60.0), "foot") == []
    assert drive_bys(going((600, 3.0), error_m=3.0), "foot") != []


@pytest.mark.parametrize(("mode", "speed", "flagged"), [
    ("bicycle", 6.9, False), ("bicycle", 14.0, True), ("foot", 2.2, False), ("foot", 4.2, True),
    ("car", 30.0, False), ("boat", 10.0, False), ("drone", 15.0, False),
])  # fmt: skip
def test_each_mode_has_its_own_limit_and_vehicles_none(mode, speed, flagged):
    assert bool(drive_bys(going((900, speed)), mode)) is flagged


def test_stray_fixes_and_a_jump_are_no_ride():
    fixes = going((1200, 1.3), every_s=30.0)
    x = fixes.x.copy()
    x[[10, 20, 30]] += 800
    assert drive_bys(replace(fixes, x=x), "foot") == []
    assert drive_bys(replace(fixes, x=np.where(fixes.time_s > 600, fixes.x + 574, fixes.x)), "foot") == []
    assert drive_bys(replace(fixes, x=np.where(fixes.time_s > 600, fixes.x + 9e6, fixes.x)), "foot") == []


def test_a_ride_told_by_few_fixes_is_a_ride_and_a_long_silence_is_none():
    assert drive_bys(going((3600, 8.0), every_s=300.0), "foot") != []
    assert drive_bys(going((36_000, 8.0), every_s=1800.0), "foot") == []


@pytest.mark.parametrize("way", range(5))
def test_cars_and_bicycles_that_say_they_walk_are_flagged_for_most_of_their_time(way):
    for mode, share in (("car", 0.8), ("bicycle", 0.5)):
        fixes = Outing(mode, way, every_s=20.0, stops=1, lasts_s=3600).fixes()
        (flag,) = drive_bys(fixes, "foot")
        assert flag.evidence["time_s"] > share * 3000
