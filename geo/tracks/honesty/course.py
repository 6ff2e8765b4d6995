"""A track as few bytes: places to the centimetre, times to the millisecond, to be kept where replays are looked for.

Thousands of tracks may lie along one way. Held against each as its fixes are stored, row by row, a track would take
seconds; as bytes they are read at once, and tell within centimetres whether the fixes need to be looked at.
"""

from typing import NamedTuple

import numpy as np

from geo.tracks.honesty.flags import Fixes, Floats

__all__ = ["Course", "packed", "rounded", "unpacked"]

_PER_UNIT = np.array([[100.0], [100.0], [1000.0]])
"""Centimetres and milliseconds: what replays are told by is metres and seconds."""
_WIDTHS = (2, 4, 8)
_HEAD = 32


class Course(NamedTuple):
    """(n,) places in metres of the metric CRS, and seconds in ascending order."""

    x: Floats
    y: Floats
    time_s: Floats

    @classmethod
    def of(cls, fixes: Fixes) -> "Course":
        """The course of a track, as exactly as its fixes tell it."""
        return cls(*map(np.ascontiguousarray, (fixes.x, fixes.y, fixes.time_s)))


def rounded(course: Course) -> Course:
    """The course as it comes back once it was packed.

    >>> rounded(Course(np.array([1.004]), np.array([0.0]), np.array([12.3456]))).time_s.tolist()
    [12.346]
    """
    return Course(*(np.rint(np.stack(course) * _PER_UNIT) / _PER_UNIT))


def packed(course: Course) -> bytes:
    """The course in bytes, six a fix where fixes lie close: width of a difference, first place and time, differences.

    Little-endian: four 8-byte integers, then for east, north and time the differences from fix to fix. No fixes, no
    bytes.

    >>> walk = Course(np.array([0.0, 1.3]), np.array([5.0, 5.0]), np.array([1.75e9, 1.75e9 + 1]))
    >>> len(packed(walk)), unpacked(packed(walk)).x.tolist()
    (38, [0.0, 1.3])
    """
    if not len(course.time_s):
        return b""
    units = np.rint(np.stack(course) * _PER_UNIT).astype(np.int64)
    steps = np.diff(units, axis=1)
    most = int(np.abs(steps).max(initial=0))
    width = next(width for width in _WIDTHS if most < 1 << (8 * width - 1))
    head = np.array([width, *units[:, 0]], dtype="<i8")
    return bytes(head.tobytes() + steps.astype(f"<i{width}").tobytes())


def unpacked(body: bytes) -> Course:
    """The course that was packed, each place within 7 mm and each time within half a millisecond."""
    if not body:
        return Course(*np.empty((3, 0)))
    width, *first = np.frombuffer(body, dtype="<i8", count=4).tolist()
    steps = np.frombuffer(body, dtype=f"<i{width}", offset=_HEAD).reshape(3, -1)
    units = np.empty((3, steps.shape[1] + 1), dtype=np.int64)
    units[:, 0] = first
    units[:, 1:] = steps
    return Course(*(np.cumsum(units, axis=1) / _PER_UNIT))
