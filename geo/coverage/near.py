"""Which steps come near which places, by their boxes: only proposes, what is exact decides."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "blocks", "near"]

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

BLOCK = 32
"""How many boxes that follow one another share one around them all: what follows in a track also lies near."""


def blocks(boxes: Floats) -> Floats:
    """(n, 4) boxes to (⌈n / BLOCK⌉, 4): the box around each BLOCK of them.

    >>> blocks(np.array([[0.0, 0, 1, 1], [5, -1, 6, 0]])).tolist()
    [[0.0, -1.0, 6.0, 1.0]]
    """
    starts = np.arange(0, len(boxes), BLOCK)
    if not len(starts):
        return np.empty((0, 4))
    low, high = np.minimum.reduceat(boxes[:, :2], starts), np.maximum.reduceat(boxes[:, 2:], starts)
    return np.column_stack([low, high])


def near(targets: Floats, boxes: Floats) -> tuple[Indices, Indices]:
    """Each pair of a target's box and a box that touch: numbers of target and box, by target, then by box.

    targets: (m, 4), NaN for one that is nowhere; boxes: (n, 4): west, south, east, north.

    >>> one, other = near(np.array([[0.0, 0, 9, 9]]), np.array([[-5.0, -5, -1, -1], [-5, -5, 0, 0]]))
    >>> one.tolist(), other.tolist()
    ([0], [1])
    """
    from geo.coverage.touching import touching

    around = blocks(boxes)
    count = touching(targets, boxes, around, BLOCK, np.empty(0, np.int64))
    found = np.empty(count.sum(), np.int64)
    touching(targets, boxes, around, BLOCK, found)
    return np.repeat(np.arange(len(targets)), count), found
