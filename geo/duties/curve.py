"""How many patrols a week does a duty need: what stays overdue against how often somebody goes.

The model, in a steady state: patrols leave evenly spaced, each like one of the patrols of the past. Two ways:

    as walked   each is drawn at random from the past ones, with no regard to what the others saw
    rotated     a fixed round of past patrols, chosen one after another for the most that is still unseen, is
                walked once every interval; what no patrol of the round sees is always overdue

As walked, a place that a share p of the patrols sees is overdue, at r patrols an interval, for the share of time
(1 - p)^m (1 - p (r - m)), m = floor(r): waits are geometric, and the formula is the renewal reward theorem's ratio
of mean overdue time to mean wait, in closed form. It is no simulation, so nothing is drawn. Both curves are
convex and never rise. The rotation is greedy: its reach is at least 1 - 1/e of what as many of these patrols
could see at best (Nemhauser, Wolsey and Fisher 1978), so fewer patrols might do, and never more than it says.
Neither knows of walks that nobody has walked yet: what no past patrol saw stays overdue, and its length is said.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.duties.debt import advance
from geo.duties.duty import MEAN_DAYS
from geo.duties.records import Sightings
from geo.duties.scope import Scope, State, clipped, never_seen
from geo.lines.multirange import Ranges, union
from layers.errors import BadInput

__all__ = ["Curve", "overdue_share", "patrols_needed"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Curve:
    """Metre-days overdue a month (365.2425 / 12 days) against patrols a week, (n,) each.

    length_m: what the duty covers and is known. unseen_m: what no past patrol saw, always overdue. unknown_m: what it
    covers besides, of which nobody can tell whether past patrols saw it; it is in no other figure. chosen: the
    rotation's patrols in order of choice; sees_m: what the first 1, 2, … of them see. zero_debt_per_week: how many
    patrols a week keep everything on time that past patrols can see, by rotation; None where they see nothing.
    """

    per_week: Floats
    walked_m_days: Floats
    rotated_m_days: Floats
    length_m: float
    unseen_m: float
    chosen: Indices
    sees_m: Floats
    zero_debt_per_week: float | None
    unknown_m: float = 0.0

    def needed(self, on_time_share: float) -> float | None:
        """The fewest patrols a week of those asked about that reach an on-time share as walked; None: none does."""
        asked = self.length_m * MEAN_DAYS["month"]
        enough = self.walked_m_days <= asked * (1 - on_time_share) + 1e-9 * asked
        return float(self.per_week[enough].min()) if enough.any() else None


def patrols_needed(
    sightings: Sightings, scope: Scope, interval_days: float, per_week: Floats, *, unknown: Sightings | None = None
) -> Curve:
    """The curve of a duty with an interval, from what each patrol of the past saw of it.

    sightings: those that count, of any number of patrols; one that saw nothing of the scope is none of them.
    per_week: (n,) numbers of patrols a week to ask about, 0 and more. unknown: stretches of which nobody can tell
    whether those patrols saw them, as sightings; they are left out.

    >>> scope = Scope(*np.array([[1], [0], [10_000]]), np.zeros(1), np.full(1, np.inf), np.ones(1, int))
    >>> halves = np.array([[1, 1], [0, 5_000], [5_000, 10_000]])
    >>> past = Sightings(*halves, np.zeros(2), np.zeros(2), np.arange(2))
    >>> curve = patrols_needed(past, scope, 7.0, np.array([0.0, 1.0, 2.0]))
    >>> curve.zero_debt_per_week, (curve.rotated_m_days / curve.rotated_m_days[0]).tolist()
    (2.0, [1.0, 0.5, 0.0])
    >>> (curve.walked_m_days / curve.walked_m_days[0]).tolist()
    [1.0, 0.5, 0.25]
    """
    if not interval_days > 0:
        raise BadInput(f"间隔天数 {interval_days!r} 应大于 0。")
    per_week = np.asarray(per_week, dtype=np.float64)
    if not (np.isfinite(per_week).all() and (per_week >= 0).all()):
        raise BadInput("每周巡查次数应为不小于 0 的数。")
    every = never_seen(scope)
    whole = every.scope if unknown is None else _known(every, unknown)
    cells, (patrol, cell) = _cells(sightings, whole)
    patrols = np.unique(patrol)
    seen_by = np.bincount(cell, minlength=len(cells)) / max(len(patrols), 1)
    length_m = float((whole.to_cm - whole.from_cm).sum()) / 100
    unseen_m = max(length_m - float(cells.sum()), 0.0)
    per_interval = per_week * interval_days / 7
    walked = np.array([float(cells @ overdue_share(seen_by, rate)) for rate in per_interval])
    chosen, sees_m = _rotation(patrol, cell, cells)
    reach_m = np.interp(per_interval, np.arange(len(chosen) + 1), np.append(0.0, sees_m))
    month = MEAN_DAYS["month"]
    zero = len(chosen) * 7 / interval_days if len(chosen) else None
    return Curve(
        per_week,
        (walked + unseen_m) * month,
        (length_m - reach_m) * month,
        length_m,
        unseen_m,
        chosen,
        sees_m,
        zero,
        float((every.to_cm - every.from_cm).sum()) / 100 - length_m,
    )


def _known(every: State, unknown: Sightings) -> Scope:
    """What of a scope is not unknown."""
    marked = advance(every, unknown)
    return marked.take(np.isneginf(marked.last_s)).scope


def overdue_share(seen_by: Floats, per_interval: float) -> Floats:
    """Share of the time in which a place is overdue, seen by a share of randomly drawn, evenly spaced patrols.

    seen_by: (n,) 0..1; per_interval: patrols per interval of the duty.

    >>> overdue_share(np.array([0.0, 0.5, 1.0]), 1.5).tolist()
    [1.0, 0.375, 0.0]
    """
    missed = 1.0 - np.clip(seen_by, 0.0, 1.0)
    rounds = np.floor(per_interval)
    share: Floats = missed**rounds * (1.0 - (1.0 - missed) * (per_interval - rounds))
    return share


def _cells(sightings: Sightings, scope: Scope) -> tuple[Floats, tuple[Indices, Indices]]:
    """Lengths (m) of the cells between all ends of what patrols saw; and each patrol with each cell it saw, once."""
    some, row = clipped(sightings, scope)
    patrols, place = np.unique(some.patrol, return_inverse=True)
    offset = (np.cumsum(scope.to_cm - scope.from_cm) - scope.to_cm)[row]
    seen, _ = union(Ranges(place, some.from_cm + offset, some.to_cm + offset))
    edges = np.unique(np.concatenate([seen.start, seen.stop]))
    first, last = np.searchsorted(edges, seen.start), np.searchsorted(edges, seen.stop)
    count = last - first
    patrol = np.repeat(patrols[seen.group] if len(patrols) else seen.group, count)
    cell = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(len(patrol))
    lengths_m = np.diff(edges) / 100
    used, dense = np.unique(cell, return_inverse=True)
    return lengths_m[used], (patrol, dense)


def _rotation(patrol: Indices, cell: Indices, cells: Floats) -> tuple[Indices, Floats]:
    """Patrols in order of what each adds to those before it, until nothing is added; and what they see together."""
    order = np.lexsort((cell, patrol))
    patrols, starts = np.unique(patrol[order], return_index=True)
    sees = np.split(cell[order], starts[1:])
    left = cells.copy()
    gain = np.array([left[one].sum() for one in sees[: len(patrols)]])
    fresh = np.zeros(len(patrols), dtype=np.int64)
    chosen: list[int] = []
    # Gains only shrink, so the best is found by bringing up to date only what still looks best.
    while len(gain) and gain.max() > 0:
        best = int(np.argmax(gain))
        if fresh[best] == len(chosen):
            chosen.append(best)
            left[sees[best]] = 0.0
        gain[best], fresh[best] = left[sees[best]].sum(), len(chosen)
    taken = np.array(chosen, dtype=np.int64)
    left, total = cells.copy(), []
    for best in chosen:
        left[sees[best]] = 0.0
        total.append(float(cells.sum() - left.sum()))
    return patrols[taken], np.array(total)
