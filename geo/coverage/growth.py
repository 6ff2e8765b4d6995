"""How coverage grows: for every place that was seen, when it was seen first, so that each is counted once."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.lines.multirange import Ranges

__all__ = ["Growth", "growth"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Growth(NamedTuple):
    """(m,) pieces apart from each other, by group and place: which is which, when it was seen first, and by which row.

    Those seen up to any time are the union of all ranges given up to it; those seen ever, the union of all.
    """

    group: Whole
    start: Whole
    stop: Whole
    time_s: Floats
    row: Whole


def growth(ranges: Ranges, time_s: ArrayLike) -> Growth:
    """Every place of some ranges once, with the earliest time (n,) of a range that holds it; of equal ones the first.

    Adjoining pieces of one range are one piece. Empty ranges are none.

    >>> seen = Ranges(*np.array([[0, 0, 0], [0, 5, 20], [10, 25, 22]]))
    >>> np.column_stack(growth(seen, [60.0, 90.0, 30.0])[:4]).tolist()
    [[0.0, 0.0, 10.0, 60.0], [0.0, 10.0, 20.0, 90.0], [0.0, 20.0, 22.0, 30.0], [0.0, 22.0, 25.0, 90.0]]
    """
    when = np.asarray(time_s, dtype=np.float64)
    some = np.flatnonzero(ranges.stop > ranges.start)
    # The latest first, so that whoever saw a place earlier writes over it; of equal ones the first comes last.
    order = some[np.lexsort((-some, -when[some]))]
    pieces = [_of_group(ranges, order[ranges.group[order] == group]) for group in np.unique(ranges.group[some])]
    whole = np.concatenate([np.empty((0, 3), dtype=np.int64), *pieces])
    row = whole[:, 2]
    return Growth(ranges.group[row], whole[:, 0], whole[:, 1], when[row], row)


def _of_group(ranges: Ranges, order: Whole) -> Whole:
    """(m, 3) from, to and row of the pieces of one group, in order of place; order: its rows, the latest first."""
    start, stop = ranges.start[order], ranges.stop[order]
    edges = np.unique(np.concatenate([start, stop]))
    low, high = np.searchsorted(edges, start), np.searchsorted(edges, stop)
    held = np.full(len(edges) - 1, -1, dtype=np.int64)
    for row, from_cell, to_cell in zip(order.tolist(), low.tolist(), high.tolist(), strict=True):
        held[from_cell:to_cell] = row
    new = np.flatnonzero(np.append(True, held[1:] != held[:-1]))
    ends = np.append(new[1:], len(held))
    seen = held[new] >= 0
    return np.column_stack([edges[new], edges[ends], held[new]])[seen]
