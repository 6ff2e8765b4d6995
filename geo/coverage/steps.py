"""The steps of a track: from each fix to the next of its leg, moving evenly; one fix alone is a step of no length."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.coverage.sightings import BOUNDS, Track, reach_within
from layers.errors import BadInput

__all__ = ["Steps", "reaches", "steps_of", "together"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Steps(NamedTuple):
    """n steps from (x0, y0) at start_s to (x1, y1) at end_s, with the accuracy of the worse end; metres, seconds."""

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    start_s: Floats
    end_s: Floats
    accuracy_m: Floats

    def take(self, index: Indices) -> "Steps":
        """The steps at these places, in this order."""
        return Steps(*(values[index] for values in self))

    def cut(self, low: Floats, high: Floats) -> "Steps":
        """Of each step the part between two shares (0 to 1) of its way."""
        x0, x1 = _between(self.x0, self.x1, low), _between(self.x0, self.x1, high)
        y0, y1 = _between(self.y0, self.y1, low), _between(self.y0, self.y1, high)
        start_s, end_s = (_between(self.start_s, self.end_s, share) for share in (low, high))
        return Steps(x0, y0, x1, y1, start_s, end_s, self.accuracy_m)

    @property
    def length_m(self) -> Floats:
        """How long each is."""
        return np.hypot(self.x1 - self.x0, self.y1 - self.y0)

    @property
    def boxes(self) -> Floats:
        """(n, 4): west, south, east and north of each."""
        low, high = np.minimum, np.maximum
        return np.column_stack([f(*ends) for f in (low, high) for ends in ((self.x0, self.x1), (self.y0, self.y1))])


def steps_of(track: Track) -> Steps:
    """The steps of all legs, leg after leg. No legs make no steps.

    Raises BadInput where a place, time or accuracy is no number, or where time runs backward within a leg.

    >>> went = Track(np.array([0.0, 3.0, 9.0]), np.zeros(3), np.array([0.0, 2, 9]), np.ones(3), np.array([0, 2, 3]))
    >>> steps_of(went).length_m.tolist()
    [3.0, 0.0]
    """
    wrong = ~np.isfinite(np.column_stack([track.x, track.y, track.time_s, track.accuracy_m])).all(axis=1)
    if wrong.any():
        raise BadInput(
            f"轨迹里有 {wrong.sum()} 个点的位置、时间或精度不是数,第一个是第 {wrong.argmax() + 1} 点:请先清理轨迹。"
        )
    is_first, is_last = np.zeros((2, len(track.x)), dtype=bool)
    is_first[track.starts[:-1]] = True
    is_last[track.starts[1:] - 1] = True
    a = np.flatnonzero(~is_last | is_first)
    b = np.where(is_last[a], a, a + 1)
    back = track.time_s[b] < track.time_s[a]
    if back.any():
        raise BadInput(f"轨迹第 {b[back.argmax()] + 1} 点的时间早于前一点:请先按时间清理轨迹。")
    places = (track.x[a], track.y[a], track.x[b], track.y[b])
    return Steps(*places, track.time_s[a], track.time_s[b], np.maximum(track.accuracy_m[a], track.accuracy_m[b]))


def together(tracks: Sequence[Track]) -> Track:
    """Many tracks as one, leg after leg: it saw what any of them saw. Shares do not add; this is how to join them.

    Dwell, metres and seconds do add: two people in one place for a minute are two minutes. No tracks make an empty one.

    >>> one = Track(*np.zeros((4, 1)), np.array([0, 1]))
    >>> together([one, one]).starts.tolist()
    [0, 1, 2]
    """
    none = np.empty(0)
    x, y, time_s, accuracy_m = (np.concatenate([none, *columns]) for columns in _columns(tracks))
    sizes = np.concatenate([none.astype(np.int64), *(np.diff(track.starts) for track in tracks)])
    return Track(x, y, time_s, accuracy_m, np.append(0, np.cumsum(sizes)).astype(np.int64))


def reaches(steps: Steps, reach_m: float) -> Floats:
    """(n, 3): how far each step surely, nominally and possibly sees, metres; NaN where it sees nothing."""
    return np.column_stack([reach_within(reach_m, steps.accuracy_m, bound) for bound in BOUNDS])


def _columns(tracks: Sequence[Track]) -> tuple[list[Floats], ...]:
    names = ("x", "y", "time_s", "accuracy_m")
    return tuple([getattr(track, name) for track in tracks] for name in names)


def _between(start: Floats, end: Floats, share: Floats) -> Floats:
    # Written so that 0 and 1 give the ends themselves, to the last digit.
    return start * (1 - share) + end * share
