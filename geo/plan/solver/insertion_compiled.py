"""The loops of `insertion`, compiled."""

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled
from geo.plan.solver.rounding import NEVER

__all__ = ["places"]

Indices = NDArray[np.int64]


@compiled
def places(
    route: Indices, candidates: Indices, spot: Indices, early_s: Indices, late_s: Indices, demand: Indices,
    first: Indices, windows: Indices, metres: Indices, seconds: Indices, start: np.int64, end: np.int64,
    from_s: np.int64, to_s: np.int64, most_m: np.int64, capacity: np.int64,
    place: Indices, extra_s: Indices, extra_m: Indices,
) -> None:  # fmt: skip
    """For each candidate the position in the route where it takes the fewest seconds, then metres; NEVER: none.

    The stops of the route may change to other windows of the same spot, ways first .. first + windows; `route` is
    changed to the earliest. A route that is itself not in time takes nothing. place, extra_s, extra_m: (candidates,),
    written to.
    """
    stops = len(route)
    at = np.empty(stops + 2, np.int64)  # spots: start, stops, end
    first_s = np.empty(stops + 1, np.int64)  # the earliest that start and stops begin
    last_s = np.empty(stops + 2, np.int64)  # the latest that stops and end may be reached
    at[0], at[stops + 1], first_s[0], last_s[stops + 1] = start, end, from_s, to_s
    length_m, load = np.int64(0), np.int64(0)
    for k in range(stops):
        at[k + 1] = spot[route[k]]
        reached_s = first_s[k] + seconds[at[k], at[k + 1]]
        for way in range(first[route[k]], first[route[k]] + windows[route[k]]):
            if max(reached_s, early_s[way]) <= late_s[way]:
                route[k] = way
                break
        first_s[k + 1] = max(reached_s, early_s[route[k]])
        load += demand[route[k]]
        length_m += metres[at[k], at[k + 1]]
    length_m += metres[at[stops], end] if stops > 0 else 0
    for k in range(stops - 1, -1, -1):
        after_s = last_s[k + 2] - seconds[at[k + 1], at[k + 2]]
        last_s[k + 1] = -NEVER
        for way in range(first[route[k]], first[route[k]] + windows[route[k]]):
            if min(late_s[way], after_s) >= early_s[way]:
                last_s[k + 1] = max(last_s[k + 1], min(late_s[way], after_s))
    for c in range(len(candidates)):
        way = candidates[c]
        here = spot[way]
        place[c], extra_s[c], extra_m[c] = NEVER, NEVER, NEVER
        if load + demand[way] > capacity:
            continue
        for k in range(stops + 1):
            begin_s = max(first_s[k] + seconds[at[k], here], early_s[way])
            if begin_s > late_s[way] or begin_s + seconds[here, at[k + 1]] > last_s[k + 1]:
                continue
            before_m = metres[at[k], at[k + 1]] if stops > 0 else 0
            more_m = metres[at[k], here] + metres[here, at[k + 1]] - before_m
            if length_m + more_m > most_m:
                continue
            before_s = seconds[at[k], at[k + 1]] if stops > 0 else 0
            more_s = seconds[at[k], here] + seconds[here, at[k + 1]] - before_s
            if more_s < extra_s[c] or (more_s == extra_s[c] and more_m < extra_m[c]):
                place[c], extra_s[c], extra_m[c] = k, more_s, more_m
