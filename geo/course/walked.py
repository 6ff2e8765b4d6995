"""What was planned held against what was walked: piece by piece, by what patrols saw that counts for its duties."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.duties.account import clock_for
from geo.duties.debt import advance, debt_at
from geo.duties.records import WHOLE_CM, Sightings
from geo.lines.multirange import Ranges, union
from geo.plan.city import City
from geo.plan.plan import Bounds, Piece, Plan

__all__ = ["MISSED", "Outcome", "Result", "walked"]

Indices = NDArray[np.int64]
WALKED_SHARE = 0.95
"""So much of a piece must be seen for it to have been walked: its ends are never met to the metre."""
MISSED = {
    "not_out": "该组当天没有巡查记录",
    "not_there": "该组没有到过这里",
    "unsure": "只可能看到,在误差之内不能算",
    "left_out": "方案未安排",
}
"""Why a piece was not seen, and how users read it."""


class Outcome(NamedTuple):
    """What became of a piece (place in Plan.pieces): walked, partly, missed, or not_yet.

    planned_s: when it was to be begun, NaN where it was not planned. length: metres of what is owed, 1 for each whole
    target; seen: how much of that was seen. walked_s: when first, NaN for never; patrol: by which, -1 for none. why:
    of what was missed a key of MISSED.
    """

    piece: int
    state: str
    planned_s: float
    length: float
    seen: Bounds
    walked_s: float
    patrol: int
    why: str | None

    @property
    def why_text(self) -> str | None:
        """Why, as users read it."""
        return None if self.why is None else MISSED[self.why]


class Result(NamedTuple):
    """What became of a plan: of each piece that was planned, or left out and seen all the same; and of the debt: what
    would be owed without anything seen, what the plan promised, and what is owed by what was seen (nominal), when the
    plan is judged; metre-days, then target-days."""

    pieces: tuple[Outcome, ...]
    before: tuple[float, float]
    promised: tuple[Bounds, Bounds]
    after: tuple[float, float]


def walked(
    city: City, plan: Plan, counted: Mapping[str, Sequence[Sightings]], out: frozenset[str], now_s: float
) -> Result:
    """What became of a plan by now.

    city: as the plan was made from. counted: for each bound ('sure', 'nominal', 'possible') and each of city.duties
    what patrols have seen since that counts for it (geo.duties.counting); `patrol` is any number of the caller's.
    out: the crews, by code, that have been out. What was left out and seen by nobody is not listed.
    """
    ends = {number: route.to_s for number, route in enumerate(plan.routes)}
    begins = {stop.piece: stop.from_s for route in plan.routes for stop in route.stops if stop.piece is not None}
    codes = [route.route.rpartition("·")[0] for route in plan.routes]
    found = []
    for number, piece in enumerate(plan.pieces):
        length, seen, first = _seen(city, piece, counted)
        planned = piece.route is not None
        if not planned and seen.nominal <= 0:
            continue
        over = not planned or now_s >= ends[piece.route or 0]
        share = seen.nominal / length if length > 0 else 0.0
        state = "walked" if share >= WALKED_SHARE else "partly" if share > 0 else "missed" if over else "not_yet"
        why = None
        if state == "missed":
            went = codes[piece.route or 0] in out
            why = "unsure" if seen.possible >= WALKED_SHARE * length else "not_there" if went else "not_out"
        found.append(Outcome(number, state, begins.get(number, np.nan), length, seen, *first, why))
    totals = plan.totals
    return Result(
        tuple(found),
        (totals.before_m_days, totals.before_target_days),
        (totals.after_m_days, totals.after_target_days),
        _owed(city, counted["nominal"], plan.judged_s),
    )


def _seen(
    city: City, piece: Piece, counted: Mapping[str, Sequence[Sightings]]
) -> tuple[float, Bounds, tuple[float, int]]:
    """How much there is of a piece, how much of it was seen, and when first and by whom."""
    names: dict[tuple[str, str], int] = {}
    owed, pieces = [], {bound: [np.empty((0, 3), dtype=np.int64)] for bound in counted}
    first: tuple[float, int] = (np.nan, -1)
    for cover in piece.covers:
        duty = city.duties[cover.duty]
        line = names.setdefault((duty.layer, duty.codes[cover.target]), len(names))
        owed.append((line, cover.from_cm, cover.to_cm))
        for bound, rows in counted.items():
            own = rows[cover.duty]
            met = np.flatnonzero(
                (own.target == cover.target) & (own.from_cm < cover.to_cm) & (own.to_cm > cover.from_cm)
            )
            low, high = np.maximum(own.from_cm[met], cover.from_cm), np.minimum(own.to_cm[met], cover.to_cm)
            pieces[bound].append(np.column_stack([np.full(len(met), line), low, high]))
            if bound == "nominal" and len(met):
                at = int(met[own.first_s[met].argmin()])
                if not own.first_s[at] >= first[0]:
                    first = float(own.first_s[at]), int(own.patrol[at])
    lengths = {bound: _length(np.concatenate(rows)) for bound, rows in pieces.items()}
    scale = WHOLE_CM if piece.from_m is None else 100
    seen = Bounds(*(lengths[bound] / scale for bound in ("sure", "nominal", "possible")))
    return _length(np.array(owed, dtype=np.int64).reshape(-1, 3)) / scale, seen, first


def _length(rows: Indices) -> float:
    ranges, _ = union(Ranges(*rows.T))
    return float((ranges.stop - ranges.start).sum())


def _owed(city: City, counted: Sequence[Sightings], judged_s: float) -> tuple[float, float]:
    """What is owed when judged, by what was seen: metre-days and target-days."""
    sums = [0.0, 0.0]
    for owed, rows in zip(city.duties, counted, strict=True):
        state = advance(owed.state, rows, judged_s) if len(rows.target) else owed.state
        held = owed.at(judged_s)
        days = held.mean_interval_days if held is not None else np.inf
        clock = clock_for(owed.versions, state, judged_s, city.zone)
        sums[city.of(owed.layer).whole] += debt_at(state, judged_s, days, clock).total
    return sums[0], sums[1]
