"""Points that nearly coincide made one."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

__all__ = ["gathered"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


def gathered(where: Floats, rank: Indices, level: Indices, within_m: float) -> Indices:
    """For each point (n, 2) the index of the point that stands for it, of its own level and at most `within_m` away.

    Points that stand for others are further than that from each other. Of two, the lower rank stands; of equal rank,
    the western, then the southern.

    >>> where = np.array([(0, 0), (1, 0), (1.8, 0), (9, 0.0)])
    >>> gathered(where, np.array([1, 0, 1, 1]), np.zeros(4, dtype=int), 1.0).tolist()
    [1, 1, 1, 3]
    """
    order = np.lexsort([where[:, 1], where[:, 0], rank])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    # Levels are lifted so far above one another that none comes near another.
    pairs = KDTree(np.column_stack([where, level * (within_m + 1) * 16])).query_pairs(within_m, output_type="ndarray")
    one, other = np.concatenate([pairs, pairs[:, ::-1]]).T if len(pairs) else np.empty((2, 0), dtype=np.int64)
    stands = _independent(place, one, other)
    # Each other point goes to the nearest of those that stand.
    towards = stands[other] & ~stands[one]
    one, other = one[towards], other[towards]
    away = np.hypot(*(where[one] - where[other]).T)
    near = np.lexsort([place[other], away, one])
    first = near[np.append(True, np.diff(one[near]) > 0)] if len(near) else near
    found = np.arange(len(where))
    found[one[first]] = other[first]
    return found


def _independent(place: Indices, one: Indices, other: Indices) -> NDArray[np.bool_]:
    """Which points stand: in order of place, each that no earlier one beside it does."""
    stands, open_ = np.zeros(len(place), dtype=np.bool_), np.ones(len(place), dtype=np.bool_)
    while open_.any():
        live = open_[one] & open_[other]
        one, other = one[live], other[live]
        least = np.full(len(place), len(place))
        np.minimum.at(least, one, place[other])
        chosen = open_ & (place < least)
        stands |= chosen
        open_ &= ~chosen
        open_[one[chosen[other]]] = False
    return stands
