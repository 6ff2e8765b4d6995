"""One thing to go for: where to walk, how long to stay, and what that pays."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.network.network import Network
from geo.network.portions import Portions
from geo.plan.plan import Cover

__all__ = ["Paid", "Refused", "Walk", "Work", "backward", "length_of", "paid_of", "seconds_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Paid(NamedTuple):
    """What is seen of what is owed, what that is worth as a plan weighs it, and days overdue, of the longest."""

    cover: Cover
    worth: float
    days: float


class Walk(NamedTuple):
    """Directed portions of edges in order; one of no length is a stop. stub_m: so far off the network lies `off`, a
    place that is gone to straight on foot, there and back; stay_s: how long to stay there, or to stand in all."""

    portions: Portions
    stay_s: float = 0.0
    stub_m: float = 0.0
    off: tuple[float, float] | None = None


@dataclass(frozen=True)
class Work:
    """A walk and what it pays."""

    walk: Walk
    paid: tuple[Paid, ...]

    @property
    def worth(self) -> float:
        """Of all that it pays."""
        return sum(one.worth for one in self.paid)


class Refused(NamedTuple):
    """What cannot be gone for, and why: a key of geo.plan.plan.WHY."""

    paid: Paid
    why: str


def backward(portions: Portions) -> Portions:
    """The same way, gone from its end to its beginning.

    >>> there = Portions(np.array([3, 5]), np.array([0.0, 9.0]), np.array([4.0, 2.0]))
    >>> [column.tolist() for column in backward(there)]
    [[5, 3], [2.0, 4.0], [9.0, 0.0]]
    """
    return Portions(portions.edge[::-1].copy(), portions.to_m[::-1].copy(), portions.from_m[::-1].copy())


def length_of(portions: Portions) -> float:
    """Metres along the network."""
    return float(np.abs(portions.to_m - portions.from_m).sum())


def seconds_of(network: Network, portions: Portions, time_s: Floats) -> float:
    """Seconds along the network, by `Network.time_s` of a mode; inf where it may not pass."""
    gone_m = np.abs(portions.to_m - portions.from_m)
    way = (portions.to_m < portions.from_m).astype(np.int64)
    whole_s = np.where(gone_m > 0, time_s[way, portions.edge], np.minimum(*time_s[:, portions.edge]))
    if not np.isfinite(whole_s).all():
        return float("inf")
    return float((whole_s * gone_m / np.maximum(network.length_m[portions.edge], 1e-9)).sum())


def paid_of(
    columns: tuple[Indices, Indices, Indices, Indices], worth: Floats, debt: Floats, days: Floats
) -> tuple[Paid, ...]:
    """Ranges (duty, target, from, to in cm) with their worth, debt and days; adjoining ones of one target as one.

    >>> one = np.zeros(2, dtype=np.int64)
    >>> ranges = (one, one, np.array([0, 50]), np.array([50, 90]))
    >>> found = paid_of(ranges, np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([9.0, 8.0]))
    >>> found[0].cover.to_cm, found[0].cover.debt, found[0].worth, found[0].days
    (90, 7.0, 3.0, 9.0)
    """
    order = np.lexsort((columns[2], columns[1], columns[0]))
    duty, target, from_cm, to_cm = (column[order] for column in columns)
    new = np.ones(len(order), dtype=bool)
    new[1:] = (duty[1:] != duty[:-1]) | (target[1:] != target[:-1]) | (from_cm[1:] > to_cm[:-1])
    first = np.flatnonzero(new)
    if not len(first):
        return ()
    last = np.append(first[1:], len(order)) - 1
    places = (duty[first], target[first], from_cm[first], to_cm[last])
    sums = (np.add.reduceat(values[order], first) for values in (debt, worth))
    rows = zip(*places, *sums, np.maximum.reduceat(days[order], first), strict=True)
    return tuple(
        Paid(Cover(int(d), int(t), int(a), int(b), float(owed)), float(value), float(late))
        for d, t, a, b, owed, value, late in rows
    )
