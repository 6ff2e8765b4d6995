"""The ground around an outline, a little more than asked: simple enough to be looked for quickly, quick to be made."""

import numpy as np
import shapely

__all__ = ["around"]

SIMPLER_M, MANY = 5.0, 500
MOST_BOXES = 256


def around(shape: shapely.Geometry, reach_m: float) -> shapely.Geometry:
    """An area that holds all within reach_m of a valid outline in metres, less 8 m for its corners and simplifying.

    >>> around(shapely.box(0, 0, 100, 100), 40).bounds
    (-40.0, -40.0, 140.0, 140.0)
    """
    simple = shapely.simplify(shape, SIMPLER_M) if shapely.get_num_coordinates(shape) > MANY else shape
    if shapely.get_num_coordinates(simple) > MANY:
        # Lines beside each of 50,000 edges cross those of all edges near: a comb would take minutes.
        return _boxes(shape, reach_m)
    # Two sides a quarter of a circle take 3 m off its 40, simplifying 5.
    found: shapely.Geometry = shapely.buffer(simple, reach_m, quad_segs=2)
    return found


def _boxes(shape: shapely.Geometry, reach_m: float) -> shapely.Geometry:
    """Squares that cover the shape, halved again and again where it lies, with reach_m around each."""
    west, south, east, north = shapely.bounds(shape)
    side_m, corners = max(east - west, north - south), np.array([[west, south]])
    shapely.prepare(shape)
    while side_m > reach_m:
        quarters = np.concatenate([corners + side_m / 2 * np.array(step) for step in ((0, 0), (0, 1), (1, 0), (1, 1))])
        quarters = quarters[shapely.intersects(shape, shapely.box(*quarters.T, *(quarters + side_m / 2).T))]
        if len(quarters) > MOST_BOXES:
            break
        corners, side_m = quarters, side_m / 2
    low, high = corners - reach_m, corners + side_m + reach_m
    found: shapely.Geometry = shapely.union_all(shapely.box(*low.T, *high.T))
    return found
