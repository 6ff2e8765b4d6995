"""Sets of stretches along lines: unions and lengths of half-open ranges [from, to), many groups at once."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["NO_RANGES", "Ranges", "lengths", "union"]

Whole = NDArray[np.int64]


class Ranges(NamedTuple):
    """n half-open ranges [start, stop), each in a group, such as one line's; whole numbers, in practice cm."""

    group: Whole
    start: Whole
    stop: Whole


NO_RANGES = Ranges(*(np.empty(0, dtype=np.int64) for _ in range(3)))
"""No range in any group."""


def union(ranges: Ranges) -> tuple[Ranges, Whole]:
    """The same places as disjoint ranges, sorted, adjoining ones joined; and for each given range where it went.

    Returns (m,) ranges and (n,) indices into them, -1 for a range that is empty.

    >>> ranges = Ranges(*np.array([[1, 1, 1, 2], [0, 5, 20, 0], [5, 9, 30, 4]]))
    >>> joined, _ = union(ranges)
    >>> np.column_stack(joined).tolist()
    [[1, 0, 9], [1, 20, 30], [2, 0, 4]]
    """
    some = np.flatnonzero(ranges.stop > ranges.start)
    order = some[np.lexsort((ranges.start[some], ranges.group[some]))]
    group, start, stop = (values[order] for values in ranges)
    home = np.full(len(ranges.group), -1, dtype=np.int64)
    if not len(order):
        return Ranges(group, start, stop), home
    new_group = np.append(True, np.diff(group) > 0)
    # Lifting each group above the last keeps the running maximum from reaching across groups.
    lift = (np.cumsum(new_group) - 1) * (stop.max() - start.min() + 1)
    furthest = np.maximum.accumulate(stop + lift)
    new = np.append(True, (start + lift)[1:] > furthest[:-1])
    home[order] = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    return Ranges(group[first], start[first], np.maximum.reduceat(stop, first)), home


def lengths(ranges: Ranges, groups: int) -> Whole:
    """How long the union is in each of the groups 0, 1, … groups - 1; 0 where there is none.

    >>> lengths(Ranges(*np.array([[0, 0, 2], [0, 3, 5], [4, 8, 6]])), 3).tolist()
    [8, 0, 1]
    """
    joined, _ = union(ranges)
    total = np.zeros(groups, dtype=np.int64)
    np.add.at(total, joined.group, joined.stop - joined.start)
    return total
