"""Areas that a file declares, held against those of its shapes on the ellipsoid."""

import numpy as np
import shapely
from numpy.typing import NDArray

from api.transfer.source import Values, text_of
from geo.landuse.area import areas_m2
from layers.crs import STORED, Geometries, project

__all__ = ["LEAST_M2", "SHARE", "different"]

LEAST_M2 = 1.0
SHARE = 0.001
"""How far a declared area may be off, the larger of the two: surveys adjust areas to their sheets' sums."""
_UNITS = {"亩": 2000 / 3, "公顷": 10_000.0}
_WITHIN = f"相差不超过 {LEAST_M2:g} m² 或千分之 {SHARE * 1000:g}"
_SHOWN = 10


def different(column: str, values: Values, shapes: Geometries, codes: Values, metric: str) -> list[str]:
    """What is to be told of areas that a file says otherwise than its shapes; nothing where all agree.

    column: what the file calls them. values: (n,) as the file has them, m². shapes: (n,) in STORED. codes: (n,).
    metric: the system in which edges are straight. Rows without a shape or an area are left out.
    """
    said_m2 = np.array([_number(text_of(value)) for value in values], dtype=float)
    there = ~(shapely.is_missing(shapes) | np.isnan(said_m2))
    if not there.any():
        return []
    drawn_m2 = np.full(len(shapes), np.nan)
    drawn_m2[there] = areas_m2(project(shapes[there], STORED, metric), metric)
    if unit := _unit(said_m2[there], drawn_m2[there]):
        return [f"{column} 像是以{unit}记的,应为平方米:只作核对,未采用"]
    off_m2 = np.abs(said_m2 - drawn_m2)
    rows = np.flatnonzero(there & (off_m2 > np.maximum(LEAST_M2, SHARE * drawn_m2)))
    if not len(rows):
        return [f"{column} 与图形的椭球面积相符:{there.sum():,} 行都{_WITHIN}"]
    worst = rows[np.argsort(-off_m2[rows], kind="stable")][:_SHOWN]
    lines = [f"  {codes[row]}:{column} {said_m2[row]:,.2f},按图形 {drawn_m2[row]:,.2f} m²" for row in worst]
    more = f",以下是相差最大的 {_SHOWN} 行" if len(rows) > _SHOWN else ""
    return [f"提醒:{len(rows):,} 行的 {column} 与图形的椭球面积不符(相符指{_WITHIN}),以图形为准{more}:", *lines]


def _unit(said: NDArray[np.float64], drawn_m2: NDArray[np.float64]) -> str | None:
    """The unit that the areas are in, where it is not m²: by the middle one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = float(np.nanmedian(drawn_m2 / said))
    return next((unit for unit, m2 in _UNITS.items() if abs(middle / m2 - 1) < SHARE * 10), None)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan
