"""What a flag is, and the fixes it is raised from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.tracks.cleaning import REASONS, Cleaned

__all__ = ["ERROR_FACTOR", "KINDS", "Fixes", "Flag", "runs"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

KINDS = ("drive_by", "replay", "two_places", "left_lying", "clock")
ERROR_FACTOR = 1.62
"""Phones report the 68 % radius of a position; that times 1.62 is the 95 % radius of a normal error in two axes."""
TELLING = [REASONS.index(reason) for reason in ("", "alone")]
"""Reasons of the fixes that flags are raised from: a ride is no walk, so cleaning a walk leaves each of its fixes
alone; the flag still stands."""


class Flag(NamedTuple):
    """One doubt about a track.

    kind: one of KINDS; pieces: (from_s, to_s) in the device's time, in order and apart; evidence: what was measured
    and the limit that it broke, by names that end in their unit.
    """

    kind: str
    pieces: tuple[tuple[float, float], ...]
    evidence: Mapping[str, float]


@dataclass(frozen=True)
class Fixes:
    """(n,) positions in metres of the metric CRS, seconds in ascending order, and 68 % radii in metres."""

    x: Floats
    y: Floats
    time_s: Floats
    accuracy_m: Floats

    @classmethod
    def of(cls, x: ArrayLike, y: ArrayLike, time_s: ArrayLike, accuracy_m: ArrayLike, cleaned: Cleaned) -> Self:
        """The fixes that cleaning kept, and those that a step too fast left alone, by time.

        accuracy_m: (n,) or one for all: as reported, or the mode's where nothing was.
        """
        columns = [np.asarray(values, dtype=np.float64) for values in (x, y, time_s, accuracy_m)]
        columns[3] = np.broadcast_to(columns[3], columns[2].shape)
        told = np.flatnonzero(np.isin(cleaned.reason, TELLING))
        order = told[np.argsort(columns[2][told], kind="stable")]
        return cls(*(column[order] for column in columns))

    def take(self, which: Indices | Flags | slice) -> Self:
        """Some of the fixes."""
        return type(self)(self.x[which], self.y[which], self.time_s[which], self.accuracy_m[which])

    def __len__(self) -> int:
        """How many fixes there are, not columns."""
        return len(self.time_s)


def runs(true: Flags) -> list[tuple[int, int]]:
    """The first and last index of every run of what is true.

    >>> runs(np.array([True, True, False, True]))
    [(0, 1), (3, 3)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], true, [False]]).astype(np.int8)))
    return [(int(first), int(stop) - 1) for first, stop in edges.reshape(-1, 2)]
