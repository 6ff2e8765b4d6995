"""When a place was attended: short times put together into passes, each ended by an absence longer than a given gap."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.errors import BadInput

__all__ = ["GAP_S", "Passes", "pass_at", "passes", "summed"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

GAP_S = 600.0
"""A place left for longer than this, and come back to, is visited twice, where the caller says nothing else."""


class Passes(NamedTuple):
    """n passes, by target, then in time: the target, first and last time."""

    target: Indices
    first_s: Floats
    last_s: Floats


def passes(pieces: Passes, gap_s: float) -> tuple[Passes, Indices]:
    """The passes that pieces of time make, and for each piece the pass it is part of.

    pieces: (n,) in any order, overlapping at will. A pass ends where no piece of its target follows within gap_s.
    No pieces make no passes. Raises BadInput where the gap is negative or no number.

    >>> found, home = passes(Passes(np.array([7, 7, 7]), np.array([0.0, 90, 10]), np.array([20.0, 99, 30])), 50.0)
    >>> found.first_s.tolist(), found.last_s.tolist(), home.tolist()
    ([0.0, 90.0], [30.0, 99.0], [0, 1, 0])
    """
    if not gap_s >= 0:
        raise BadInput(f"两次到访的间隔 {gap_s} 秒无效:应为 0 或更大的数。")
    order = np.lexsort((pieces.first_s, pieces.target))
    target, first_s, last_s = pieces.target[order], pieces.first_s[order], pieces.last_s[order]
    home = np.empty(len(order), dtype=np.int64)
    if not len(order):
        return Passes(target, first_s, last_s), home
    new_target = np.append(True, np.diff(target) > 0)
    by_end = np.argsort(last_s, kind="stable")
    rank = np.empty_like(by_end)
    rank[by_end] = np.arange(len(by_end))
    # Lifting each target above the last keeps the running maximum from reaching across targets.
    furthest = np.maximum.accumulate(rank + np.cumsum(new_target) * len(rank)) % len(rank)
    new = new_target | np.append(True, first_s[1:] - last_s[by_end[furthest[:-1]]] > gap_s)
    home[order] = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    return Passes(target[first], first_s[first], np.maximum.reduceat(last_s, first)), home


def pass_at(found: Passes, target: Indices, time_s: Floats) -> Indices:
    """The pass of each target that is under way at a time, or the last before it, or its first if none was before.

    found: as `passes` gives them. -1 where a target has no pass at all.

    >>> found = Passes(np.array([7, 7]), np.array([0.0, 90.0]), np.array([30.0, 99.0]))
    >>> pass_at(found, np.array([7, 7, 8]), np.array([95.0, 50.0, 0.0])).tolist()
    [1, 0, -1]
    """
    known = len(found.target)
    asked = np.repeat([False, True], [known, len(target)])
    targets, times_s = np.append(found.target, target), np.append(found.first_s, time_s)
    order = np.lexsort((asked, times_s, targets))
    before = np.maximum.accumulate(np.where(order < known, order, -1))
    last = np.empty(len(target), dtype=np.int64)
    last[order[order >= known] - known] = before[order >= known]
    first = np.searchsorted(found.target, target)
    some = np.append(found.target, -1)[first] == target
    return np.where(some, np.maximum(last, first), -1)


def summed(group: Indices, amount: Floats, groups: int) -> Floats:
    """(groups,) the sum of the amounts of each of the groups 0, 1, … groups - 1; 0.0 where there is none.

    >>> summed(np.array([2, 0, 2]), np.array([1.0, 2.0, 4.0]), 4).tolist()
    [2.0, 0.0, 5.0, 0.0]
    """
    return np.asarray(np.bincount(group, amount, groups), dtype=np.float64)
