"""A batch in the database, not yet in the layer: staged, compared with what is stored, checked against the rules."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from psycopg2 import sql
from psycopg2.errors import DataError
from sqlalchemy import Connection

from api import statements
from api.transfer.batch import Batch
from api.transfer.columns import Column, Shape
from api.transfer.report import Alteration, Cell, Change
from api.transfer.statement import Parts, copy_in, fragment, listed, run, table_of, trusted
from layers import query
from layers.catalogue import Layer
from layers.crs import STORED_SRID
from layers.errors import BadInput

_CHUNK = 10_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
Step = Callable[[int], None]


@dataclass(frozen=True)
class Stage:
    """What the statements on staged rows need: layer, fields, those that the file fills, and from when they are true.

    succeed: whether a changed row ends on that day and a new one starts, instead of being corrected in place.
    """

    connection: Connection
    layer: Layer
    shape: Shape
    filled: tuple[str, ...]
    as_of: date
    succeed: bool = False

    @property
    def parts(self) -> Parts:
        """The names that the statements are filled with."""
        return {
            "table": table_of(self.layer.table),
            "relation": sql.Identifier(self.layer.table.split(".")[-1]),
            "columns": listed([*(column.name for column in self.shape.fields), *self._geometry]),
            "values": sql.SQL(", ").join([*map(self._stored, self.shape.fields), *map(_staged, self._geometry)]),
        }

    @property
    def _geometry(self) -> list[str]:
        return ["geom"] if self.shape.kinds else []

    def load(self, batch: Batch, step: Step = lambda count: None) -> None:
        """Stage the rows that have no fault; `step` is told of every chunk."""
        parts: Parts = {"table": table_of(self.layer.table), "columns": listed([*self.filled, *self._geometry])}
        run(self.connection, "stage", parts)
        good = np.flatnonzero(batch.good)
        for start in range(0, len(good), _CHUNK):
            rows = good[start : start + _CHUNK]
            try:
                copy_in(self.connection, "copy", parts, io.StringIO(self._lines(batch, rows)))
            except DataError as error:
                raise BadInput(
                    f"文件里有数据库读不懂的值:{error.diag.message_primary}({error.diag.context})。"
                ) from error
            step(len(rows))

    def plan(self) -> dict[int, str]:
        """Decide what is to become of each staged row: number -> insert, keep, update or succeed."""
        pairs = [(self._given(name), sql.Identifier(name)) for name in self.filled]
        alike: list[sql.Composable] = [fragment("same_shape") for _ in self._geometry]
        alike = [sql.SQL("{} IS NOT DISTINCT FROM t.{}").format(*pair) for pair in pairs] + alike
        parts = {
            "same": sql.SQL(" AND ").join(alike),
            "validity": self._validity(),
            "table": table_of(self.layer.table),
        }
        run(self.connection, "plan", parts, as_of=self.as_of, succeed=self.succeed)
        return {row["number"]: row["action"] for row in query.rows(self.connection, "deployment/transfer_actions")}

    def altered(self, refused: Iterable[int] = ()) -> dict[str, Alteration]:
        """What the plan changes of stored rows: field, or geom -> how many and how; in the order of the fields.

        refused: numbers of rows that change nothing.
        """
        steps: dict[str, list[Any]] = {}
        for row in run(self.connection, "altered", {"changed": self._changed()}, refused=list(refused)):
            steps.setdefault(str(row.field), []).append(row)
        found = {
            name: Alteration(name, rows[0].total, rows[0].kinds, tuple(Change(*row[1:5]) for row in rows))
            for name, rows in steps.items()
        }
        return {name: found[name] for name in [*self.filled, "geom"] if name in found}

    def altered_cells(self, refused: Iterable[int] = ()) -> Iterator[Cell]:
        """The same one by one: every field of every row that changes, in the order of the file."""
        for row in run(self.connection, "altered_cells", {"changed": self._changed()}, refused=list(refused)):
            title, choices = self.words(row.field)
            was, becomes = (value if value is None else choices.get(value, value) for value in (row.was, row.becomes))
            yield Cell(row.number, row.code, title, was, becomes)

    def words(self, field: str) -> tuple[str, Mapping[str, str]]:
        """What a field, or geom, is called; and the values of an enumeration with their titles."""
        return ("图形", {}) if field == "geom" else (self.shape[field].title, self.shape[field].choices)

    def broken(self) -> dict[int, str]:
        """Rows that would break a rule, by number, with the rule's name; found without trying to write.

        Empty for layers whose own triggers fill rows in: for them only writing tells.
        """
        checks = query.rows(self.connection, "deployment/transfer_checks", table=self.layer.table)
        if any(check["filled_in"] for check in checks):
            return {}
        names = {column.name for column in self.shape.fields}
        needed = [column.name for column in self.shape.fields if column.not_null]
        rules: list[tuple[str, sql.Composable]] = [
            (name, sql.SQL("{} IS NOT NULL").format(sql.Identifier(name))) for name in needed
        ]
        rules += [
            (check["name"], trusted(check["expression"])) for check in checks if names.issuperset(check["columns"])
        ]
        found: dict[int, str] = {}
        for name, rule in rules:
            rows = run(self.connection, "broken", {**self.parts, "rule": rule}, as_of=self.as_of).scalars()
            found = {int(str(number)): name for number in rows} | found
        return found

    def write(self, numbers: list[int], edition_id: int) -> None:
        """End, correct and add what the plan says of these rows of the file."""
        bound = {"numbers": numbers, "as_of": self.as_of, "edition_id": edition_id}
        given = [(name, self._given(name)) for name in self.filled]
        given += [(name, _staged(name)) for name in self._geometry]
        assignments = [sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in given]
        if self.succeed:
            run(self.connection, "end", self.parts, **bound)
        run(self.connection, "update", {**self.parts, "assignments": sql.SQL(", ").join(assignments)}, **bound)
        run(self.connection, "insert", self.parts, **bound)

    def _lines(self, batch: Batch, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> str:
        columns = [batch.fields[name][rows] for name in self.filled]
        if self.shape.kinds:
            shapes = shapely.set_srid(batch.geometries[rows], STORED_SRID)
            columns.append(shapely.to_wkb(shapes, hex=True, include_srid=True).astype(object))
        lines = []
        for place, number in enumerate(batch.numbers[rows]):
            values = ["\\N" if column[place] is None else str(column[place]).translate(_ESCAPES) for column in columns]
            lines.append("\t".join([str(number), *values]))
        return "\n".join([*lines, ""])

    def _changed(self) -> sql.Composable:
        texts = [(name, sql.SQL("t.{}").format(sql.Identifier(name)), self._given(name)) for name in self.filled]
        shown = [
            sql.SQL("({}, {}::text, {}::text)").format(sql.Literal(name), was, becomes) for name, was, becomes in texts
        ]
        shown += [
            sql.SQL("('geom', NULL, CASE WHEN {} THEN NULL ELSE '' END)").format(fragment("same_shape"))
            for _ in self._geometry
        ]
        fields = sql.SQL(", ").join(shown)
        return statements.filled_in("deployment/transfer_changed", table=table_of(self.layer.table), fields=fields)

    def _given(self, name: str) -> sql.Composable:
        """What the file says of a field; where that is nothing and the field needs something, what is stored."""
        if not self.shape[name].not_null:
            return _staged(name)
        return sql.SQL("COALESCE({}, t.{})").format(_staged(name), sql.Identifier(name))

    def _stored(self, column: Column) -> sql.Composable:
        """A field of a new row: as the file says, else as the row it succeeds says, else the default."""
        if column.name == "valid_from":
            given = [sql.SQL("s.valid_from")] if "valid_from" in self.filled else []
            days = sql.SQL(", ").join([*given, sql.SQL("%(as_of)s::date")])
            value: sql.Composable = sql.SQL("COALESCE({})").format(days)
        elif column.name in self.filled:
            value = self._given(column.name)
        elif column.name == "valid_to":
            value = sql.SQL("p.valid_to")
        else:
            value = sql.SQL("t.{}").format(sql.Identifier(column.name))
        if column.default and column.name != "valid_from" and (column.not_null or column.name not in self.filled):
            value = sql.SQL("COALESCE({}, {})").format(value, trusted(column.default))
        return sql.SQL("{} AS {}").format(value, sql.Identifier(column.name))

    def _validity(self) -> sql.Composable:
        start = sql.SQL("COALESCE(s.valid_from, %(as_of)s::date)" if "valid_from" in self.filled else "%(as_of)s::date")
        if "valid_to" in self.filled:
            return sql.SQL("daterange(LEAST({}, s.valid_to), s.valid_to)").format(start)
        return sql.SQL("daterange({0}, {0}, '[]')").format(start)


def _staged(name: str) -> sql.Composable:
    return sql.SQL("s.{}").format(sql.Identifier(name))
