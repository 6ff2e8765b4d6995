"""Whole metres and seconds: costs are rounded up, what may be used is rounded down."""

from typing import overload

import numpy as np
from numpy.typing import NDArray

__all__ = ["FAR", "NEVER", "down", "inwards", "up"]

FAR = 1 << 40  # metres or seconds to where there is no way
NEVER = 1 << 50  # more than any sum of metres or seconds
_SLACK = 1e-6  # what floating point may have added to a whole number


@overload
def up(value: float) -> int: ...
@overload
def up(value: NDArray[np.float64]) -> NDArray[np.int64]: ...
def up(value: float | NDArray[np.float64]) -> int | NDArray[np.int64]:
    """The least whole number that is not less, but for what floating point may have added.

    >>> up(3.2), up(3.0000000001), up(0.0)
    (4, 3, 0)
    """
    raised = np.ceil(np.asarray(value) - _SLACK).astype(np.int64)
    return raised if raised.ndim else int(raised)


def down(value: float) -> int:
    """The greatest whole number that is not more."""
    return int(np.floor(value + _SLACK))


def inwards(window: tuple[float, float], origin_s: int) -> tuple[int, int]:
    """A window in whole seconds since the origin, FAR where it has no end; one that never opens ends before it begins.

    >>> inwards((10.5, 20.5), 10), inwards((-np.inf, 1e300), 10) == (0, FAR)
    ((1, 10), True)
    >>> inwards((np.inf, -np.inf), 10) == (NEVER, -NEVER)
    True
    """
    return up(min(max(window[0] - origin_s, 0.0), NEVER)), down(min(max(window[1] - origin_s, -NEVER), FAR))
