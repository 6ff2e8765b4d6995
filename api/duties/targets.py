"""What a version of a duty is about: stretches of lines, or whole features, and on which days each was one of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
import shapely
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from geo.duties.records import WHOLE_CM
from geo.lines.inside import inside
from layers import query
from layers.catalogue import Catalogue, Layer
from layers.crs import STORED, project

__all__ = ["Piece", "Targets", "seen_layer"]

_REACH, _BANK, _GRID = "reach", "bank", "grid"


class Piece(NamedTuple):
    """A stretch [from_cm, to_cm) of a feature, a target from the first day until, not including, another.

    known_as: the code by which duties and reports know the stretch: its reach's, else the feature's own.
    """

    code: str
    from_cm: int
    to_cm: int
    start: date
    end: date
    known_as: str

    def within(self, start: date, end: date) -> "Piece":
        """The same in those days at most."""
        return self._replace(start=max(self.start, start), end=min(self.end, end))


def seen_layer(catalogue: Catalogue, layer_id: str) -> Layer:
    """The layer whose sightings settle a duty: a reach is seen as a range of its bank."""
    return catalogue[_BANK if layer_id == _REACH else layer_id]


class Targets:
    """Finds what duties are about, as known at a time (None: now), in the deployment's metric system."""

    def __init__(
        self, connection: Connection, catalogue: Catalogue, metric_crs: str, known_at: datetime | None = None
    ) -> None:
        self._connection, self._catalogue, self._metric_crs = connection, catalogue, metric_crs
        self._known_at = known_at

    def of(self, duty: Mapping[str, Any]) -> list[Piece]:
        """The pieces of a version of a duty, by the fields of its row, on the days when it was true itself."""
        start, end = (date.fromisoformat(duty[name] or date.max.isoformat()) for name in ("valid_from", "valid_to"))
        found = (piece.within(start, end) for piece in self._found(duty))
        return [piece for piece in found if piece.start < piece.end and piece.from_cm < piece.to_cm]

    def _found(self, duty: Mapping[str, Any]) -> Iterable[Piece]:
        layer = self._catalogue[duty["layer"]]
        if duty["targets"] == "within":
            return self._within(layer, duty["within_code"])
        if layer.id == _REACH or (layer.id == _BANK and duty["targets"] == "post"):
            return self._reaches(duty)
        if duty["targets"] == "post":
            return _pieces(self._ask("duty/targets_of_post", layer, post_code=duty["post_code"]))
        if layer.id == _GRID and duty["targets"] == "all":
            return self._cells(None)
        return _pieces(self._features(layer, codes=duty["target_codes"]))

    def _reaches(self, duty: Mapping[str, Any] | None) -> list[Piece]:
        """Ranges of bank: of all reaches, of those that a duty names, or of those of its post."""
        named = duty or {"targets": "all", "target_codes": None, "post_code": None}
        post = named["post_code"] if named["targets"] == "post" else None
        bound = {"codes": named["target_codes"], "post_code": post, "known_at": self._known_at}
        rows = query.rows(self._connection, "duty/targets_reach", None, **bound)
        return [Piece(row["code"], row["from_cm"], row["to_cm"], *_days(row), row["reach_code"]) for row in rows]

    def _within(self, layer: Layer, within_code: str) -> list[Piece]:
        if layer.id == _GRID:
            return self._cells(within_code)
        if layer.id == _REACH:
            inner = self._within(self._catalogue[_BANK], within_code)
            return list(_shared(self._reaches(None), inner))
        found: list[Piece] = []
        for area in query.rows(self._connection, "duty/areas", None, code=within_code, known_at=self._known_at):
            rows = self._features(layer, area=bytes(area["area"]))
            pieces = self._cut(rows, bytes(area["area"])) if layer.lines else _pieces(rows)
            found += [piece.within(*_days(area)) for piece in pieces]
        return found

    def _cut(self, rows: Sequence[RowMapping], area: bytes) -> list[Piece]:
        """The stretches of lines inside an area."""
        lines, areas = (
            project(shapely.from_wkb(np.array(shapes, dtype=object)), STORED, self._metric_crs)
            for shapes in ([bytes(row["shape"]) for row in rows], [area])
        )
        found = inside(lines, areas)
        ends = [(int(row), int(low), int(high)) for row, _, low, high in zip(*found, strict=True)]
        return [
            Piece(rows[row]["code"], low, min(high, rows[row]["end_cm"]), *_days(rows[row]), rows[row]["code"])
            for row, low, high in ends
        ]

    def _cells(self, within: str | None) -> list[Piece]:
        return _pieces(query.rows(self._connection, "duty/cells", None, within=within, known_at=self._known_at))

    def _features(
        self, layer: Layer, *, codes: Sequence[str] | None = None, area: bytes | None = None
    ) -> Sequence[RowMapping]:
        return self._ask("duty/targets", layer, codes=codes, area=area)

    def _ask(self, name: str, layer: Layer, **bound: object) -> Sequence[RowMapping]:
        tables = {"table": layer.table, "history": f"{layer.table}_history"}
        return query.rows(self._connection, name, tables, known_at=self._known_at, lines=layer.lines, **bound)


def _pieces(rows: Sequence[RowMapping]) -> list[Piece]:
    """Features whole: lines from end to end, others as WHOLE_CM."""
    return [Piece(row["code"], 0, row["end_cm"] or WHOLE_CM, *_days(row), row["code"]) for row in rows]


def _days(row: RowMapping) -> tuple[date, date]:
    return row["valid_from"], row["valid_to"] or date.max


def _shared(pieces: Sequence[Piece], others: Sequence[Piece]) -> Iterable[Piece]:
    """What both have of the same features, while both have it."""
    for one in pieces:
        for other in others:
            low, high = max(one.from_cm, other.from_cm), min(one.to_cm, other.to_cm)
            if one.code == other.code and low < high:
                yield one._replace(from_cm=low, to_cm=high).within(other.start, other.end)
