"""The rows that duties are worked out from, as columns: who went out, what was seen, what is doubted.

All times are Unix seconds. `patrol` is a place in Patrols; `target` any whole number that the caller gives
its targets. A whole target (area, point) is a line of WHOLE_CM that is seen all at once: metre-days of such
lines are target-days, and everything said of lines holds of them, too.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["WHOLE_CM", "Flags", "Patrols", "Sightings", "WholeVisits", "joined", "no_flags"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

WHOLE_CM = 100
"""A whole target stands as one metre, so that metre-days read as target-days."""


class Patrols(NamedTuple):
    """(n,) patrols: the posts each was made for, its crew and mode, when it started and ended, minutes recorded.

    minutes: time covered by legs, which gaps are no part of; where unknown, (ended_s - started_s) / 60.
    """

    posts: tuple[frozenset[str], ...]
    crew: tuple[str, ...]
    mode: tuple[str, ...]
    started_s: Floats
    ended_s: Floats
    minutes: Floats


class Sightings(NamedTuple):
    """(n,) stretches of line targets [from_cm, to_cm), each in view from first_s to last_s; by which patrol."""

    target: Indices
    from_cm: Indices
    to_cm: Indices
    first_s: Floats
    last_s: Floats
    patrol: Indices

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> "Sightings":
        """These rows, by place or by mask."""
        return Sightings(
            self.target[which],
            self.from_cm[which],
            self.to_cm[which],
            self.first_s[which],
            self.last_s[which],
            self.patrol[which],
        )

    @classmethod
    def none(cls) -> "Sightings":
        """No sightings."""
        whole, real = np.empty(0, dtype=np.int64), np.empty(0)
        return cls(whole, whole, whole, real, real, whole)


class WholeVisits(NamedTuple):
    """(n,) visits of whole targets: share of area and of roads within reach, 0..1, distance and dwell, and times.

    distance_m: nearest distance, 0 inside. dwell_s: time within reach. NaN where a measure was not taken: a
    test of it then fails. metres: how far the patrol went within it, 0 where not known.
    """

    target: Indices
    share: Floats
    road_share: Floats
    distance_m: Floats
    dwell_s: Floats
    metres: Floats
    first_s: Floats
    last_s: Floats
    patrol: Indices


class Flags(NamedTuple):
    """(n,) doubted pieces of tracks, from_s to to_s both included, each with the reason's name."""

    patrol: Indices
    from_s: Floats
    to_s: Floats
    reason: tuple[str, ...]


def no_flags() -> Flags:
    """Nothing is doubted."""
    return Flags(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0), ())


def joined(*parts: Sightings) -> Sightings:
    """Several sets of sightings as one.

    >>> joined(Sightings.none(), Sightings.none()).target.tolist()
    []
    """
    return Sightings(*(np.concatenate(columns) for columns in zip(*parts, strict=True))) if parts else Sightings.none()
