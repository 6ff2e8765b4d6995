"""Courses: what is packed comes back to the centimetre and the millisecond, however far the fixes lie apart."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.tracks.honesty.course import Course, packed, unpacked

METRES = st.floats(-4e7, 4e7)
STEPS_S = st.sampled_from([1.0, 15.0, 40.0, 3600.0, 3e6, 1e9])


@given(st.integers(0, 30).flatmap(lambda n: st.tuples(
    arrays(float, n, elements=METRES), arrays(float, n, elements=METRES), arrays(float, n, elements=STEPS_S)
)))  # fmt: skip
def test_what_is_packed_comes_back_to_the_centimetre_and_the_millisecond(columns):
    x, y, steps_s = columns
    course = Course(x, y, 1.75e9 + np.cumsum(steps_s))
    again = unpacked(packed(course))
    for was, now, within in zip(course, again, (0.00501, 0.00501, 0.000501), strict=True):
        assert len(was) == len(now)
        assert np.abs(was - now).max(initial=0) <= within
    assert packed(again) == packed(course)


def test_a_walk_with_a_fix_a_second_takes_six_bytes_a_fix():
    time_s = np.arange(3600.0)
    walk = Course(500_000 + 1.3 * time_s, 3_380_000 + 40 * np.sin(time_s / 60), 1.75e9 + time_s)
    assert len(packed(walk)) == 32 + 6 * 3599
