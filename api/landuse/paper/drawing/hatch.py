"""Hatching: parallel lines inside a shape, so that one area over another leaves both to be seen, in print too."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = ["hatched"]


def hatched(shape: BaseGeometry, angle_deg: float, every: float) -> list[list[list[float]]]:
    """Lines at an angle, so far apart, cut to a shape; none of an empty one.

    They run through the same places whatever the shape, so that neighbours' lines meet.

    >>> hatched(shapely.box(0, 0, 10, 4), 0.0, 2.0)
    [[[0.0, 2.0], [10.0, 2.0]]]
    """
    if shape.is_empty or not shape.area:
        return []
    ahead = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
    aside = np.array([-ahead[1], ahead[0]])
    corners = shapely.get_coordinates(shapely.box(*shape.bounds))
    along, across = corners @ ahead, corners @ aside
    first, last = np.floor(across.min() / every) + 1, np.ceil(across.max() / every)
    at = np.arange(first, last) * every
    ends = np.stack([along.min() * ahead + at[:, None] * aside, along.max() * ahead + at[:, None] * aside], axis=1)
    parts = shapely.get_parts(shapely.intersection(shapely.MultiLineString(list(ends)), shape))
    return [shapely.get_coordinates(part).round(3).tolist() for part in parts if part.length > 0]
