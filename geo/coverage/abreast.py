"""Which stretch of each segment of a line each step sees: every pair by itself, in closed form; compiled."""

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.coverage.intervals import interval

__all__ = ["abreast"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@compiled
def abreast(steps: Floats, segments: Floats, reach_m: Floats, pairs: tuple[Indices, Indices]) -> tuple[Floats, Floats]:
    """From and to along the segment, m, for each pair of step and segment and each reach; NaN where it sees nothing.

    steps: (n, 4), segments: (m, 4): x and y of both ends. reach_m: (n, views) of each step, NaN sees nothing. pairs:
    (k,) step and segment. Answers (k, views) twice.

    >>> step, bank = np.array([[0.0, 0.0, 10.0, 0.0]]), np.array([[-20.0, 3.0, 80.0, 3.0]])
    >>> [ends.tolist() for ends in abreast(step, bank, np.array([[5.0, 2.0]]), (np.zeros(1, int), np.zeros(1, int)))]
    [[[16.0, nan]], [[34.0, nan]]]
    """
    step, segment = pairs
    low, high = np.empty((len(step), reach_m.shape[1])), np.empty((len(step), reach_m.shape[1]))
    for k in range(len(step)):
        one, other = steps[step[k]], segments[segment[k]]
        ends = (one[0], one[1], one[2], one[3]), (other[0], other[1], other[2], other[3])
        for view in range(reach_m.shape[1]):
            low[k, view], high[k, view] = interval(ends[0], ends[1], reach_m[step[k], view])
    return low, high
