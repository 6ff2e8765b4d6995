"""Lengths along trees of fastest ways: compiled."""

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled

__all__ = ["metres_along"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]


@compiled
def metres_along(
    before: Indices, source: int, to: NDArray[np.int64], starts: Indices, heads: Indices, length_m: Floats
) -> Floats:
    """How long the ways of a tree are from its source to each of `to` (m,); inf where there is none.

    before: (nodes,) the node before each on its way, negative for none. starts, heads, length_m: the arcs, by tail.
    """
    gone = np.full(len(before), np.nan)
    gone[source] = 0.0
    stack = np.empty(len(before), dtype=np.int64)
    found = np.full(len(to), np.inf)
    for target in range(len(to)):
        node, depth = to[target], 0
        while np.isnan(gone[node]) and before[node] >= 0:
            stack[depth] = node
            depth += 1
            node = before[node]
        while depth > 0 and not np.isnan(gone[node]):
            depth -= 1
            tail, node = node, stack[depth]
            arc = starts[tail] + np.searchsorted(heads[starts[tail] : starts[tail + 1]], node)
            gone[node] = gone[tail] + length_m[arc]
        if not np.isnan(gone[to[target]]):
            found[target] = gone[to[target]]
    return found
