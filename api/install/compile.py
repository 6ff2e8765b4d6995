"""Compile what the platform computes with, so that no patrol has to wait for it. Run by the install script."""

import numpy as np
import shapely

from geo.coverage.sightings import Lines, Track, see_all
from geo.duties.own_side import Banks, see_own_side
from geo.tracks.honesty.course import Course
from geo.tracks.honesty.sifting import can_replay
from geo.tracks.honesty.trace import Trace, likely_lags


def compile_all() -> None:
    """Call each compiled function once: what the compiler makes of it is kept for those who call it later."""
    lines = Lines([shapely.LineString([(0, 0), (100, 0)])])
    still = Track(np.array([50.0]), np.zeros(1), np.zeros(1), np.array([5.0]), np.array([0, 1]))
    see_all(still, lines, [25.0])
    see_own_side(still, "foot", Banks([shapely.LineString([(0, 0), (100, 0)])], [shapely.box(0, 0, 100, 9)]), [25.0])
    passed = Trace(np.zeros(1, dtype=np.int64), np.zeros(1))
    likely_lags(passed, passed)
    can_replay(Course(*np.zeros((3, 2))), Course(*np.zeros((3, 2))), 0.0)


if __name__ == "__main__":
    compile_all()
