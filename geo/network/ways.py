"""The lines that a network is made of."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.network.speeds import allowed_by_kind
from layers.errors import BadInput

__all__ = ["BY_KIND", "Ways"]

Objects = NDArray[np.object_]
FURTHEST_M = 1e8
"""No metric system of the earth has coordinates beyond: twice its circumference."""
BY_KIND = -1
"""For `modes`: whoever may pass that kind of way."""


class Ways(NamedTuple):
    """n lines that crews move along, in metres of the metric CRS.

    shape: LineStrings. code, name: what they are called, '' for nothing. layer: 'road', 'path', 'bank', 'water', 'leg'
    or 'access'. kind: one of geo.network.speeds.KINDS. oneway: 1 along the line only, -1 against it, 0 both ways; those
    on foot may always go both. level: ways meet only where their levels are equal, or where an end of one is a vertex
    of the other. modes: bits of those who may pass (MODE_BIT). verified: whether it is known that it may be walked.
    """

    shape: Objects
    code: Objects
    name: Objects
    layer: Objects
    kind: Objects
    oneway: NDArray[np.int8]
    level: NDArray[np.int16]
    modes: NDArray[np.uint8]
    verified: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        shape: Sequence[shapely.LineString] | Objects,
        kind: Sequence[str] | str,
        *,
        layer: Sequence[str] | str = "road",
        code: Sequence[str] | None = None,
        name: Sequence[str] | str = "",
        oneway: Sequence[int] | int = 0,
        level: Sequence[int] | int = 0,
        modes: Sequence[int] | int = BY_KIND,
        verified: Sequence[bool] | bool = True,
    ) -> Self:
        """Ways of lines and what is known of them; one value stands for all. No lines are no ways.

        Raises BadInput for what is no line in metres, for kinds that are not known and for columns of other lengths.

        >>> ways = Ways.of([shapely.LineString([(0, 0), (9, 0)])], "footway", layer="path")
        >>> ways.code.tolist(), ways.modes.tolist(), ways.verified.tolist()
        (['0'], [3], [True])
        """
        lines = _lines(shape)
        count = len(lines)

        def column(values: object, dtype: type) -> Any:
            every: NDArray[Any] = np.asarray(values, dtype=dtype)
            if every.ndim and every.shape != (count,):
                raise BadInput(f"路网有 {count} 条线,某一列却有 {len(every)} 个值:请逐条给出。")
            return np.broadcast_to(every, (count,)).copy()

        kinds = column(kind, object)
        by_kind, given = allowed_by_kind(kinds), column(modes, np.int64)
        return cls(
            lines,
            column(code if code is not None else [str(number) for number in range(count)], object),
            column(name, object),
            column(layer, object),
            kinds,
            np.sign(column(oneway, np.int64)).astype(np.int8),
            column(level, np.int16),
            np.where(given == BY_KIND, by_kind, given & by_kind).astype(np.uint8),
            column(verified, np.bool_),
        )

    def take(self, which: NDArray[np.generic]) -> Self:
        """Some of the ways, by index or by mask."""
        return type(self)(*(values[which] for values in self))

    def and_(self, *others: "Ways") -> "Ways":
        """These ways and then the others.

        >>> one = Ways.of([shapely.LineString([(0, 0), (9, 0)])], "path")
        >>> len(one.and_(one, one).shape)
        3
        """
        columns = (np.concatenate(values) for values in zip(self, *others, strict=True))
        return Ways(*columns)


def _lines(shape: Sequence[shapely.LineString] | Objects) -> Objects:
    """The lines as an array, in two dimensions. Raises BadInput for what is none."""
    lines = np.empty(len(shape), dtype=object)
    lines[:] = shape
    kinds = shapely.get_type_id(lines)
    wrong = np.flatnonzero(kinds != shapely.GeometryType.LINESTRING)
    if len(wrong):
        raise BadInput(f"路网的第 {wrong[0] + 1} 条不是单条折线:请把多段线拆开,去掉点与面。")
    xy, line = shapely.get_coordinates(lines, return_index=True)
    odd = np.flatnonzero(~(np.isfinite(xy).all(axis=1) & (np.abs(xy) < FURTHEST_M).all(axis=1)))
    if len(odd):
        raise BadInput(
            f"路网的第 {line[odd[0]] + 1} 条有坐标 {xy[odd[0]].tolist()},不是量测坐标系里的米:请检查坐标系。"
        )
    return np.asarray(shapely.force_2d(lines))
