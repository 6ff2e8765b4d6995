"""Why rows cannot be taken: one array beside the rows, None where nothing is wrong, else a sentence."""

import numpy as np
from numpy.typing import NDArray

from layers.crs import Geometries

Faults = NDArray[np.object_]


def none_yet(count: int) -> Faults:
    """No fault for each of `count` rows."""
    return np.full(count, None, dtype=object)


def faultless(faults: Faults) -> NDArray[np.bool_]:
    """(n,) bool, which rows have no fault."""
    return np.array([fault is None for fault in faults], dtype=bool)


def note(faults: Faults, found: Faults) -> None:
    """Give each row that has no fault yet the one that was found; the first that is found is the one told."""
    fresh = faultless(faults)
    faults[fresh] = found[fresh]


def kept(geometries: Geometries, faults: Faults) -> Geometries:
    """The geometries of rows without a fault, None for the others."""
    chosen = geometries.copy()
    chosen[~faultless(faults)] = None
    return chosen
