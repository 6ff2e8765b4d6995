"""Tracks made for tests of what they saw: given fix by fix, drawn by hypothesis, moved, and walked back."""

import numpy as np
from hypothesis import strategies as st

from geo.coverage.sightings import Track


def track(*legs, accuracy_m=5.0):
    """A track of legs given as rows (time, x, y)."""
    rows = np.array([row for leg in legs for row in leg], dtype=float).reshape(-1, 3)
    starts = np.cumsum([0, *(len(leg) for leg in legs)])
    return Track(rows[:, 1], rows[:, 2], rows[:, 0], np.full(len(rows), accuracy_m), starts)


STEP = st.tuples(st.integers(0, 40), st.integers(-60, 60), st.integers(-60, 60))
LEGS = st.lists(st.lists(STEP, min_size=1, max_size=10), min_size=1, max_size=3)
PLACES = st.lists(st.tuples(st.integers(-150, 150), st.integers(-150, 150)), min_size=1, max_size=5)
REACH = st.floats(0, 90)


def wandering(legs):
    """A track whose steps are (seconds, east, north) from the fix before; 200 s between legs."""
    now, made = np.zeros(3), []
    for leg in legs:
        now = now + np.array([200.0, 0.0, 0.0])
        made.append([])
        for step in leg:
            now = now + np.array(step, dtype=float)
            made[-1].append(tuple(now))
    return track(*made)


def moved(went, x=0.0, y=0.0, time_s=0.0):
    return Track(went.x + x, went.y + y, went.time_s + time_s, went.accuracy_m, went.starts)


def reversed_track(went):
    """The same way walked back: the last fix first, times mirrored at 0."""
    starts = len(went.x) - went.starts[::-1]
    return Track(went.x[::-1], went.y[::-1], -went.time_s[::-1], went.accuracy_m[::-1], starts)
