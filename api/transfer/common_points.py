"""Points known in a city's own system and in CGCS2000, from a text or table, and what fits one on the other."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.transfer.boundary.axes import Axes, kinds_of, of_kind
from api.transfer.boundary.text import decoded, plain
from geo.local_crs.fitting import FEWEST, Fit, Model, fitted, reflected, thin, without_each
from layers.crs import STORED, foreign_datum, gauss_kruger, known, transformer
from layers.errors import BadCrs, BadFile, BadInput

__all__ = ["Common", "FittedSystem", "fit_of", "read_common"]

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_APART = re.compile(r"\s*[,;\t|]\s*|\s+")
_FORM = "应为 点名,本地X,本地Y,国家X,国家Y(X 为北坐标)五列,一行一点"
_THIN = 0.05
_MOST = 10_000
_OUTLIER_TIMES, _OUTLIER_M = 5.0, 0.05
_ZONE_M = 1_000_000


class Common(NamedTuple):
    """Common points: names, (n, 2) local and national as they were written, and the row of each."""

    names: tuple[str, ...]
    local: NDArray[np.float64]
    national: NDArray[np.float64]
    rows: tuple[int, ...]
    source: str


class FittedSystem(NamedTuple):
    """A local system that common points gave. definition: to configure it by. base: the national system it stands on.

    off_m: (n,) how far each point lies from where the others put it, not a number with three points. warnings, notes:
    sentences.
    """

    definition: str
    base: str
    fit: Fit
    names: tuple[str, ...]
    off_m: NDArray[np.float64]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def read_common(path: Path, *, encoding: str | None = None) -> Common:
    """The common points of a text or CSV; raises BadFile naming the row that is none."""
    names: list[str] = []
    numbers: list[list[float]] = []
    rows: list[int] = []
    for row, line in enumerate(plain(decoded(path.read_bytes(), path.name, encoding)), start=1):
        parts = [part for part in _APART.split(line.strip()) if part]
        if not parts or (not numbers and not any(_NUMBER.fullmatch(part) for part in parts[1:])):
            continue  # empty, or the titles
        values = parts[-4:] if len(parts) in (4, 5) else []
        if len(values) != 4 or not all(_NUMBER.fullmatch(one) and abs(float(one)) < 1e9 for one in values):
            raise BadFile(f"{path.name} 第 {row:,} 行 {line.strip()[:60]!r} 不是一个公共点:{_FORM}。")
        names.append(parts[0] if len(parts) == 5 else f"第 {row} 行")
        numbers.append([float(one) for one in values])
        rows.append(row)
    if not numbers:
        raise BadFile(f"{path.name} 里没有公共点:{_FORM},至少 {FEWEST} 行。")
    if len(numbers) > _MOST:
        raise BadFile(f"{path.name} 有 {len(numbers):,} 个公共点,上限 {_MOST:,}:请只留下控制点。")
    table = np.array(numbers)
    return Common(tuple(names), table[:, :2], table[:, 2:], tuple(rows), path.name)


def fit_of(common: Common, base: str, model: Model = Model.SIMILARITY) -> FittedSystem:
    """The local system that fits best on a national one in metres, or on the one whose zone stands before the eastings.

    Raises BadCrs for a base that is not in metres or of an older datum, BadInput where the points fix nothing.
    """
    axes = _national_axes(common)
    base, national, notes = _national(common, axes, base)
    local, turned = _local(common, axes, national)
    if turned:
        notes.append("本地坐标的 X、Y 次序与国家坐标相反(否则成镜像),已对调后求参")
    fit = fitted(local, national, model)
    off_m, others_m = without_each(local, national, model)
    warnings = [*_doubtful(common, off_m, others_m), *_weak(local, fit, model)]
    return FittedSystem(_definition(base, fit), base, fit, common.names, off_m, tuple(warnings), tuple(notes))


def _national_axes(common: Common) -> Axes:
    kinds = kinds_of(common.national)
    values, counts = np.unique(kinds, return_counts=True)
    usual = int(values[np.argmax(counts)])
    if len(values) > 1:
        odd = [common.rows[row] for row in np.flatnonzero(kinds != usual)]
        named = "、".join(str(row) for row in odd[:8])
        raise BadInput(f"{common.source} 第 {named} 行的国家坐标与其余行不同(次序、带号或数位):请核对。")
    axes = of_kind(usual)
    if not axes.order:
        raise BadInput(f"{common.source} 的后两列不像国家坐标(CGCS2000 的米或度):{_FORM}。")
    return axes


def _national(common: Common, axes: Axes, base: str) -> tuple[str, NDArray[np.float64], list[str]]:
    """The base, the national points with the easting first in it, and what was decided."""
    points = common.national[:, ::-1] if axes.order == "ne" else common.national
    notes = ["国家坐标先北(X)后东(Y)" if axes.order == "ne" else "国家坐标先东后北"]
    if axes.zone:
        base = gauss_kruger(axes.zone, prefixed=False)
        notes.append(f"国家坐标带有带号 {axes.zone},已去掉,按 {base} 求参")
        points = points - (axes.zone * _ZONE_M, 0)
    system = known(base)
    if not system.is_projected or foreign_datum(base):
        raise BadCrs(f"坐标系 {base[:80]!r} 不能作为求参的基础:应为 CGCS2000 的投影坐标系(如 EPSG:4547)。")
    if axes.degrees:
        notes = [f"国家坐标是度,已投影到 {base}"]
        points = np.column_stack(transformer(STORED, base).transform(*points.T))
    elif not axes.zone:
        notes.append(f"国家坐标没有带号,按 {base}({system.name})")
    return base, points, notes


def _local(common: Common, axes: Axes, national: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
    """The local points with the easting first, and whether they are in another order than the national ones."""
    same = common.local[:, ::-1] if axes.order == "ne" else common.local
    turned = len(same) >= FEWEST and thin(same) > _THIN and reflected(same, national)
    return (same[:, ::-1], True) if turned else (same, False)


def _doubtful(common: Common, off_m: NDArray[np.float64], others_m: NDArray[np.float64]) -> list[str]:
    with np.errstate(invalid="ignore"):
        wrong = (off_m > _OUTLIER_M) & (off_m > _OUTLIER_TIMES * others_m)
    if not wrong.any():
        return []
    worst = int(np.nanargmax(np.where(wrong, off_m / np.maximum(others_m, 1e-9), np.nan)))
    return [
        f"点 {common.names[worst]}(第 {common.rows[worst]} 行)可疑:与其余点所定位置相差 {off_m[worst]:.3f} 米,"
        f"而其余点的中误差为 {others_m[worst]:.3f} 米:请核对,或去掉后重算"
    ]


def _weak(local: NDArray[np.float64], fit: Fit, model: Model) -> list[str]:
    warnings = []
    if thin(local) < _THIN:
        warnings.append("公共点几乎在一条直线上:线外的地方没有把握,X、Y 颠倒也看不出,请补测区四周的点")
    if np.linalg.det(fit.matrix) < 0:
        warnings.append("求得的是镜像变换:本地坐标的 X、Y 很可能颠倒,请核对")
    if abs(fit.scale - 1) > 0.01:
        warnings.append(f"尺度为 {fit.scale:.6f},与 1 相差过大:请核对单位(米)与点号是否对应")
    if 2 * len(local) == model.parameters:
        warnings.append("点数刚够求参,残差恒为 0,说明不了精度:请至少多给一个点")
    return warnings


def _definition(base: str, fit: Fit) -> str:
    """The local system as a text that names its base and what moves its easting and northing."""
    ((s11, s12), (s21, s22)), (x, y) = (one.tolist() for one in fit.inverse)
    return f"{base} +proj=affine +xoff={x!r} +yoff={y!r} +s11={s11!r} +s12={s12!r} +s21={s21!r} +s22={s22!r}"
