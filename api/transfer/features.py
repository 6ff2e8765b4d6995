"""A layer's features as they are true today, read to be written to a file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from api.transfer.columns import Column, Shape, shape_of
from api.transfer.faults import none_yet
from api.transfer.source import Values
from api.transfer.statement import Parts, listed, run, table_of
from api.transfer.tables import file_shape, table_rows
from layers import query
from layers.catalogue import Layer
from layers.crs import Bounds, Geometries

__all__ = ["Features", "Stream", "read_features", "read_rows", "stream_of", "streamed"]

_PART_ROWS = 2_000
_OF_ALL = 2
"""Columns at the end of a row that tell of all of them."""


@dataclass(frozen=True)
class Features:
    """A layer's features that are true today: columns with their (n,) values, and (n,) geometries in STORED.

    table: whether they are rows without geometry, which is None then.
    """

    layer: Layer
    columns: list[Column]
    values: dict[str, Values]
    geometries: Geometries
    table: bool = False

    def __len__(self) -> int:
        return len(self.geometries)


@dataclass(frozen=True)
class Stream:
    """Features some at a time, to be read once, and what a writer has to know of all of them before the first.

    parts: one at least, be it empty.  count: how many features there are.  kinds: of their geometries, such as Point.
    """

    layer: Layer
    columns: list[Column]
    parts: Iterator[Features]
    count: int
    kinds: frozenset[str]
    table: bool = False

    @property
    def are_points(self) -> bool:
        """Whether there are features and each is one point, so that two columns of coordinates hold them."""
        return not self.table and self.kinds == {"Point"}


def stream_of(features: Features) -> Stream:
    """Features that are all there as a stream of one part."""
    kinds = frozenset(str(shape.geom_type) for shape in features.geometries if shape is not None)
    return Stream(features.layer, features.columns, iter([features]), len(features), kinds, features.table)


def read_features(connection: Connection, layer: Layer, bounds: Bounds | None = None) -> Features:
    """A layer's features that are true today, within a box where one is given."""
    shape, parts, box = _asked(connection, layer, bounds)
    return _features(layer, shape, run(connection, "export", parts, **box).all())


@contextmanager
def streamed(connection: Connection, layer: Layer, bounds: Bounds | None = None) -> Iterator[Stream]:
    """The same features some at a time, so that a whole layer takes no more memory than a few; within the block."""
    shape, parts, box = _asked(connection, layer, bounds)
    read = connection.execution_options(stream_results=True, max_row_buffer=_PART_ROWS)
    try:
        with run(read, "export", parts, **box) as found:
            waiting = iter(found.partitions(_PART_ROWS))
            first = next(waiting, ())
            count, kinds = (first[0].feature_count, first[0].geometry_kinds) if first else (0, ())
            told = (_features(layer, shape, rows) for rows in chain([first], waiting))
            yield Stream(layer, list(shape.fields), told, count, frozenset(kinds))
    finally:
        connection.execution_options(stream_results=False)


def _asked(connection: Connection, layer: Layer, bounds: Bounds | None) -> tuple[Shape, Parts, dict[str, object]]:
    now = str(query.value(connection, "deployment/transfer_now", table=layer.table))
    shape, today = shape_of(connection, layer), shape_of(connection, layer, relation=now)
    if not {column.name for column in shape.fields} <= {column.name for column in today.fields}:
        shape = today  # a derived layer that shows other things than its table holds
    parts = {"columns": listed([column.name for column in shape.fields]), "now": table_of(now)}
    box: dict[str, object] = dict(bounds._asdict()) if bounds else dict.fromkeys(Bounds._fields)
    return shape, parts, box


def _features(layer: Layer, shape: Shape, found: Sequence[Any]) -> Features:
    table = np.empty((len(found), len(shape.fields) + 1), dtype=object)
    for number, row in enumerate(found):
        table[number, :] = [bytes(value) if isinstance(value, memoryview) else value for value in row[:-_OF_ALL]]
    values = {column.name: table[:, place] for place, column in enumerate(shape.fields)}
    return Features(layer, list(shape.fields), values, np.asarray(shapely.from_wkb(table[:, -1])))


def read_rows(connection: Connection, layer: Layer) -> Features:
    """The rows that are true today of what is handed out as a table without geometry."""
    shape = file_shape(layer, shape_of(connection, layer))
    found = table_rows(connection, layer)
    values = {column.name: _column([row[column.name] for row in found]) for column in shape.fields}
    return Features(layer, list(shape.fields), values, none_yet(len(found)), table=True)


def _column(values: list[object]) -> Values:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
