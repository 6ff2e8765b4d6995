"""What moves local coordinates to national ones: the similarity, or the affine map, that fits common points best.

Least squares on the residuals in the national system, in metres; both sets are centred first, so that coordinates of
millions of metres cost no digits. Source: the two-dimensional conformal (四参数) and affine (六参数) transformations of
Ghilani, Adjustment Computations, chapter 18.
"""

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.errors import BadInput

__all__ = ["FEWEST", "Fit", "Model", "fitted", "moved", "reflected", "thin", "without_each"]

Points = NDArray[np.float64]
FEWEST = 3
"""So many common points at least: with two a similarity fits always, and nothing tells whether it is right."""


class Model(StrEnum):
    """How the two may differ: shifted, turned and scaled alike in all directions; or sheared and stretched, too."""

    SIMILARITY = "similarity"
    AFFINE = "affine"

    @property
    def parameters(self) -> int:
        """How many numbers it has."""
        return 4 if self is Model.SIMILARITY else 6


class Fit(NamedTuple):
    """national = offset_m + matrix @ local. residuals_m: (n, 2) how far each point lies from where it should.

    error_m: the mean error of a coordinate (中误差), the root of the residuals' squares over what is over-determined; 0
    where nothing is. matrix: (2, 2). offset_m: (2,).
    """

    matrix: Points
    offset_m: Points
    residuals_m: Points
    error_m: float

    @property
    def scale(self) -> float:
        """How long a local metre is, on the mean of all directions."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix))))

    @property
    def turn_rad(self) -> float:
        """By how much local east is turned from national east, counter-clockwise."""
        return float(np.arctan2(self.matrix[1, 0], self.matrix[0, 0]))

    @property
    def inverse(self) -> tuple[Points, Points]:
        """(matrix, offset_m) the other way: local = offset_m + matrix @ national."""
        matrix: Points = np.asarray(np.linalg.inv(self.matrix), dtype=np.float64)
        return matrix, -matrix @ self.offset_m


def fitted(local: Points, national: Points, model: Model = Model.SIMILARITY) -> Fit:
    """The map that takes local points nearest to national ones; raises BadInput where the points do not fix one.

    local, national: (n, 2) easting, northing in metres, n >= 3, row by row the same point.

    >>> local = np.array([(0.0, 0), (100, 0), (0, 100)])
    >>> found = fitted(local, local @ np.array([(0.0, 1), (-1, 0)]) + (500_000, 3_000_000))
    >>> round(np.degrees(found.turn_rad)), round(found.scale, 9), found.error_m < 1e-9
    (90, 1.0, True)
    """
    if len(local) < FEWEST:
        raise BadInput(f"公共点只有 {len(local)} 个:至少要 {FEWEST} 个,才看得出残差。")
    middle, aim = local.mean(axis=0), national.mean(axis=0)
    away, there = local - middle, national - aim
    spread_m = float(np.sqrt((away**2).sum(axis=1).mean()))
    if spread_m < 1e-6 or (model is Model.AFFINE and thin(local) < 1e-9):
        what = "在同一处" if spread_m < 1e-6 else "在一条直线上,定不出六个参数"
        raise BadInput(f"公共点{what}:请给出分散在测区四周的点。")
    matrix = _similarity(away, there) if model is Model.SIMILARITY else np.linalg.lstsq(away, there, rcond=None)[0].T
    residuals_m = there - away @ matrix.T
    freedom = 2 * len(local) - model.parameters
    error_m = float(np.sqrt((residuals_m**2).sum() / freedom)) if freedom else 0.0
    return Fit(matrix, aim - matrix @ middle, residuals_m, error_m)


def _similarity(away: Points, there: Points) -> Points:
    """The turn and scale of centred points, in closed form."""
    total = (away**2).sum()
    cosine = (away * there).sum() / total
    sine = (away[:, 0] * there[:, 1] - away[:, 1] * there[:, 0]).sum() / total
    return np.array([(cosine, -sine), (sine, cosine)])


def moved(fit: Fit, local: Points) -> Points:
    """Local points where the fit puts them; no points give none.

    >>> moved(Fit(np.eye(2), np.array([5.0, 7.0]), np.zeros((3, 2)), 0.0), np.array([(1.0, 2.0)])).tolist()
    [[6.0, 9.0]]
    """
    return np.asarray(local @ fit.matrix.T + fit.offset_m)


def without_each(local: Points, national: Points, model: Model = Model.SIMILARITY) -> tuple[Points, Points]:
    """For each point how far it lies from where the others put it, and the mean error of the others' own fit.

    (n,) metres each; not a number where what is left does not fix a map, or fixes it exactly.

    >>> local = np.array([(0.0, 0), (100, 0), (0, 100), (100, 100), (50, 50)])
    >>> off_m, error_m = without_each(local, local + np.array([(0.0, 0), (0, 0), (0, 0), (0, 0), (3, 4)]))
    >>> off_m.round(6).tolist()[4], bool(error_m[4] < 1e-9)
    (5.0, True)
    """
    off_m, error_m = np.full(len(local), np.nan), np.full(len(local), np.nan)
    for row in range(len(local)):
        kept = np.arange(len(local)) != row
        if 2 * kept.sum() <= model.parameters or kept.sum() < FEWEST:
            continue
        if model is Model.AFFINE and thin(local[kept]) < 1e-9:
            continue
        fit = fitted(local[kept], national[kept], model)
        off_m[row] = np.hypot(*(national[row] - moved(fit, local[row : row + 1])[0]))
        error_m[row] = fit.error_m
    return off_m, error_m


def reflected(local: Points, national: Points) -> bool:
    """Whether the points fit far better with the two local coordinates in the other order; undecided on a line.

    >>> local = np.array([(0.0, 0), (100, 0), (0, 70)])
    >>> reflected(local, local), reflected(local[:, ::-1], local)
    (False, True)
    """
    straight, turned = (fitted(one, national).error_m for one in (local, local[:, ::-1]))
    return turned * 10 < straight


def thin(points: Points) -> float:
    """How far points are from lying on one line: the smaller spread over the larger, 0 on a line, 1 all around.

    >>> round(thin(np.array([(0.0, 0), (10, 0), (20, 0)])), 3)
    0.0
    >>> round(thin(np.array([(0.0, 0), (9, 0), (9, 9), (0, 9)])), 3)
    1.0
    """
    spreads = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return float(spreads[1] / spreads[0]) if len(spreads) > 1 and spreads[0] > 0 else 0.0
