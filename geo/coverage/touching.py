"""Boxes that touch. Compiled."""

import numpy as np
from numpy.typing import NDArray

from geo.coverage.compiled import compiled

__all__ = ["touching"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@compiled
def touching(targets: Floats, boxes: Floats, around: Floats, block: int, found: Indices) -> Indices:
    """How many boxes touch each target; where there is room for them, which."""
    count = np.zeros(len(targets), np.int64)
    at = 0
    for target in range(len(targets)):
        west, south, east, north = targets[target]
        for b in range(len(around)):
            if not (around[b, 0] <= east and around[b, 2] >= west and around[b, 1] <= north and around[b, 3] >= south):
                continue
            for i in range(b * block, min((b + 1) * block, len(boxes))):
                if boxes[i, 0] <= east and boxes[i, 2] >= west and boxes[i, 1] <= north and boxes[i, 3] >= south:
                    count[target] += 1
                    if len(found):
                        found[at] = i
                        at += 1
    return count
