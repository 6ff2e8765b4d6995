"""A key for features that come without one: the same shape has the same key, in whatever file it comes."""

import hashlib
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from api.transfer.source import Values
from layers.crs import Coordinates, Geometries

PLACES = 7
"""Decimals of a degree that count: about 1 cm, finer than any survey here and coarser than a change of file format."""


def shape_keys(geometries: Geometries, told: Sequence[Values] = ()) -> NDArray[np.object_]:
    """Keys such as 'g-0123456789abcdef', one per geometry, None for None.

    told: columns of what else makes a feature this one, (n,) each; of shapes alone where there are none.
    geometries: (n,) in degrees. Where a ring starts, which way it runs, the order of parts and whether one part is
    wrapped as a multi-part do not matter. The direction of a line does: its chainage runs that way.

    >>> ring = shapely.from_wkt(["POLYGON ((0 0, 1 0, 1 1, 0 0))", "MULTIPOLYGON (((1 1, 0 0, 1 0, 1 1)))"])
    >>> len(set(shape_keys(ring)))
    1
    """
    rounded = np.asarray(shapely.transform(geometries, _rounded))
    areas = np.isin(shapely.get_type_id(rounded), (3, 6))
    rounded[areas] = shapely.normalize(rounded[areas])
    keys = np.full(len(rounded), None, dtype=object)
    for row in np.flatnonzero(~shapely.is_missing(rounded)):
        parts = sorted(shapely.to_wkb(shapely.get_parts(rounded[row]), byte_order=1, output_dimension=2))
        more = [repr(column[row]).encode("utf-8", "surrogatepass") for column in told]
        keys[row] = "g-" + hashlib.blake2b(b"\0".join([b"".join(parts), *more]), digest_size=8).hexdigest()
    return keys


def _rounded(xy: Coordinates) -> Coordinates:
    return np.round(xy, PLACES) + 0.0  # -0.0 becomes 0.0
