"""Shapes of features in metres, the large ones held between questions: a version never has another shape."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import numpy as np
import orjson
import shapely
from sqlalchemy import Connection

from layers import query
from layers.crs import STORED, Geometries, project

__all__ = ["HELD_BYTES", "Held"]

HELD_BYTES = 2_000
"""Shapes that are stored in more are sent once and held: red lines, lakes, streets."""
_MOST_POINTS = 4_000_000
"""64 MB of coordinates."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
Version = tuple[str, int, datetime]


class Held:
    """The shapes that were read, by version, those used least recently let go of first. All in one metric system."""

    def __init__(self) -> None:
        self._shapes: OrderedDict[Version, shapely.Geometry] = OrderedDict()
        self._points, self._lock = 0, Lock()

    def shapes(self, connection: Connection, rows: Sequence[Any], metric_crs: str) -> Geometries:
        """(n,) the shapes of rows of features, in metres; None for rows that are no feature.

        rows: layer, id, known_from and geom, None where it is stored in more than HELD_BYTES.
        """
        shapes = np.full(len(rows), None, dtype=object)
        there = [place for place, row in enumerate(rows) if row.geom is not None]
        if there:
            sent = shapely.from_wkb(np.array([rows[place].geom for place in there], dtype=object))
            shapes[there] = project(sent, STORED, metric_crs)
        large = {place: (row.layer, row.id, row.known_from) for place, row in enumerate(rows)
                 if row.geom is None and row.id is not None and row.layer != "edition"}  # fmt: skip
        known = self._known(large.values())
        lacking = [version for version in dict.fromkeys(large.values()) if version not in known]
        if lacking:
            known |= self._read(connection, lacking, metric_crs)
        for place, version in large.items():
            shapes[place] = known[version]
        return shapes

    def _known(self, versions: Any) -> dict[Version, shapely.Geometry]:
        with self._lock:
            found = {version: self._shapes[version] for version in versions if version in self._shapes}
            for version in found:
                self._shapes.move_to_end(version)
        return found

    def _read(
        self, connection: Connection, versions: Sequence[Version], metric_crs: str
    ) -> dict[Version, shapely.Geometry]:
        named = [[layer, number, (known_from - _EPOCH) // _MICROSECOND] for layer, number, known_from in versions]
        rows = query.execute(connection, "landuse/check_shapes", None, versions=orjson.dumps(named).decode()).all()
        shapes = project(shapely.from_wkb(np.array([row.geom for row in rows], dtype=object)), STORED, metric_crs)
        found = {(row.layer, row.id, row.known_from): shape for row, shape in zip(rows, shapes, strict=True)}
        with self._lock:
            for version, shape in found.items():
                if version not in self._shapes:
                    self._points += int(shapely.get_num_coordinates(shape))
                self._shapes[version] = shape
            while self._points > _MOST_POINTS and len(self._shapes) > 1:
                _, old = self._shapes.popitem(last=False)
                self._points -= int(shapely.get_num_coordinates(old))
        return found
