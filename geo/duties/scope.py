"""What a duty covers, stretch by stretch, and when each piece of that was last seen."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.duties.records import Sightings
from layers.errors import BadInput

__all__ = ["DAY_S", "Scope", "State", "clipped", "merged", "never_seen", "stretches_of"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

DAY_S = 86_400.0


class Scope(NamedTuple):
    """(n,) stretches of targets that a duty covers, since and until when it covers them; they may not overlap.

    stretch: any whole number the caller knows the stretch by, such as a reach's; accounts are kept for each.
    """

    target: Indices
    from_cm: Indices
    to_cm: Indices
    began_s: Floats
    until_s: Floats
    stretch: Indices


class State(NamedTuple):
    """(n,) pieces that tile what a duty covers, in order, and when each was last seen: -inf never, NaN unknown."""

    target: Indices
    from_cm: Indices
    to_cm: Indices
    began_s: Floats
    until_s: Floats
    stretch: Indices
    last_s: Floats

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> "State":
        """These pieces, by place or by mask."""
        return State(
            self.target[which],
            self.from_cm[which],
            self.to_cm[which],
            self.began_s[which],
            self.until_s[which],
            self.stretch[which],
            self.last_s[which],
        )

    @property
    def scope(self) -> Scope:
        """What it tiles: adjoining pieces of one beginning and end as one stretch."""
        first, last = stretches_of(self)
        return Scope(
            self.target[first],
            self.from_cm[first],
            self.to_cm[last],
            self.began_s[first],
            self.until_s[first],
            self.stretch[first],
        )


def never_seen(scope: Scope) -> State:
    """The state before anything was seen: every stretch of the scope, sorted. Empty and overlapping ones refused.

    >>> scope = Scope(*np.array([[1], [0], [500]]), np.zeros(1), np.full(1, np.inf), np.ones(1, int))
    >>> never_seen(scope).last_s.tolist()
    [-inf]
    """
    order = np.lexsort((scope.from_cm, scope.target))
    target, from_cm, to_cm = scope.target[order], scope.from_cm[order], scope.to_cm[order]
    began_s, until_s = scope.began_s[order], scope.until_s[order]
    if (from_cm >= to_cm).any():
        at = int(np.argmax(from_cm >= to_cm))
        raise BadInput(f"职责范围里有空段({from_cm[at]} 至 {to_cm[at]} 厘米):止点须大于起点。")
    if not np.isfinite(began_s).all():
        raise BadInput("职责范围里有一段没有生效时间:请给出该段从何时起须巡查。")
    overlaps = (target[1:] == target[:-1]) & (from_cm[1:] < to_cm[:-1])
    if overlaps.any():
        at = int(np.argmax(overlaps)) + 1
        raise BadInput(f"目标 {target[at]} 的职责范围在 {from_cm[at]} 厘米处重叠:请合并重叠的段。")
    return State(target, from_cm, to_cm, began_s, until_s, scope.stretch[order], np.full(len(target), -np.inf))


def clipped(sightings: Sightings, scope: Scope, until_s: float = np.inf) -> tuple[Sightings, Indices]:
    """The parts of sightings that lie in a sorted scope, up to a time; and in which of its stretches each lies.

    Refused where a time is not a number, or the last one lies before the first.
    """
    wrong = ~(sightings.first_s <= sightings.last_s)
    if wrong.any():
        at = int(np.argmax(wrong))
        times = f"{sightings.first_s[at]:.0f} 至 {sightings.last_s[at]:.0f}"
        raise BadInput(f"有 {wrong.sum()} 条所见的起止时间不成立,如 {times}:请先更正或剔除。")
    targets = np.unique(scope.target)
    rank = np.searchsorted(targets, sightings.target)
    known = rank < len(targets)
    known[known] = targets[rank[known]] == sightings.target[known]
    wanted = known & (sightings.first_s <= until_s) & (sightings.to_cm > sightings.from_cm)
    some, rank = (sightings, rank) if wanted.all() else (sightings.take(wanted), rank[wanted])
    lift = int(max(scope.to_cm.max(initial=0), some.to_cm.max(initial=0))) + 1
    row_rank = np.searchsorted(targets, scope.target)
    low = np.searchsorted(row_rank * lift + scope.to_cm, rank * lift + some.from_cm, side="right")
    high = np.searchsorted(row_rank * lift + scope.from_cm, rank * lift + some.to_cm, side="left")
    count = np.maximum(high - low, 0)
    if (count != 1).any():
        each = np.repeat(np.arange(len(count)), count)
        low = low[each] + np.arange(len(each)) - np.repeat(np.cumsum(count) - count, count)
        some = some.take(each)
    return (
        some._replace(
            from_cm=np.maximum(some.from_cm, scope.from_cm[low]),
            to_cm=np.minimum(some.to_cm, scope.to_cm[low]),
            last_s=np.minimum(some.last_s, until_s),
        ),
        low,
    )


def stretches_of(state: State) -> tuple[Indices, Indices]:
    """First and last piece of each stretch of the scope that a state tiles."""
    if not len(state.target):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    same = (
        (state.target[1:] == state.target[:-1])
        & (state.from_cm[1:] == state.to_cm[:-1])
        & (state.began_s[1:] == state.began_s[:-1])
        & (state.until_s[1:] == state.until_s[:-1])
        & (state.stretch[1:] == state.stretch[:-1])
    )
    return np.flatnonzero(np.append(True, ~same)), np.flatnonzero(np.append(~same, True))


def merged(state: State) -> State:
    """Adjoining pieces that were last seen at the same time as one."""
    first, _ = stretches_of(state)
    new = np.zeros(len(state.target), dtype=bool)
    new[first] = True
    last = state.last_s
    new[1:] |= ~((last[1:] == last[:-1]) | (np.isnan(last[1:]) & np.isnan(last[:-1])))
    begin = np.flatnonzero(new)
    end = np.append(begin[1:], len(new)) - 1 if len(begin) else begin
    return state.take(begin)._replace(to_cm=state.to_cm[end])
