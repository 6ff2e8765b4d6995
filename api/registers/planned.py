"""What a sheet would change of a register, row by row and cell by cell, held against what stands now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection

from api.answers.wording import validation_sentence
from api.registers.columns import VERSION
from api.registers.register import Register, faults
from api.registers.sent import SentRow, Sheet
from api.transfer.columns import Column
from api.versions.rows import Version, versions
from layers.catalogue import Catalogue

__all__ = ["Cell", "Planned", "plan_rows"]

_VALIDITY = ("valid_from", "valid_to")


class Cell(NamedTuple):
    """A field that differs: what stands, and what the sheet says."""

    field: str
    was: Any
    becomes: Any


@dataclass(frozen=True)
class Planned:
    """A row of the sheet, and what becomes of it.

    fields: all that the table is to take, where it changes anything; they begin on their day of valid_from.
    standing: the name of the version that it takes the place of. cells: what it changes; of a row that was read from a
    version that stands no more, what has changed since.
    """

    number: int
    code: str | None
    what: Literal["new", "changed", "same", "refused"]
    reason: str | None = None
    fields: Mapping[str, Any] | None = None
    standing: str | None = None
    cells: tuple[Cell, ...] = ()

    def refused(self, reason: str) -> "Planned":
        """The same row, not taken."""
        return replace(self, what="refused", reason=reason)


def plan_rows(
    connection: Connection, catalogue: Catalogue, register: Register, sheet: Sheet, start: date
) -> list[Planned]:
    """What becomes of each row, in the order of the sheet; start: the day from which changes are true."""
    held: dict[str, list[Version]] = defaultdict(list)
    for one in versions(connection, register.layer):
        held[one.fields["code"]].append(one)
    planning = _Planning(connection, register, sheet.columns, start)
    rows = [planning.row(sent, held.get(sent.code or "", [])) for sent in sheet.rows]
    changing = [place for place, row in enumerate(rows) if row.what in ("new", "changed")]
    found = faults(connection, catalogue, register, [rows[place].fields or {} for place in changing])
    for place, fault in zip(changing, found, strict=True):
        if fault:
            rows[place] = rows[place].refused(fault)
    return rows


class _Planning:
    """Plans rows one by one."""

    def __init__(self, connection: Connection, register: Register, columns: Sequence[Column], start: date) -> None:
        self.connection, self.register, self.start = connection, register, start
        self.columns = [column for column in columns if column.name not in ("code", VERSION.name)]

    def row(self, sent: SentRow, held: Sequence[Version]) -> Planned:
        """What becomes of a row; held: the versions of its code."""
        plain = Planned(sent.number, sent.code, "same")
        if sent.fault:
            return plain.refused(sent.fault)
        carried = sent.fields.get(VERSION.name)
        if not held:
            return self._new(sent, plain, carried)
        base = self._base(held, carried)
        if base is None:
            return self._stale(plain, held, str(carried))
        given = self._given(sent, base.fields)
        cells = tuple(
            Cell(column.name, base.fields[column.name], given[column.name])
            for column in self.columns
            if not _alike(base.fields[column.name], given[column.name])
        )
        if not cells:
            return plain
        begins = self._begins(given["valid_from"], base)
        return self._checked(replace(plain, what="changed", cells=cells, standing=base.version), given, begins)

    def _new(self, sent: SentRow, plain: Planned, carried: object) -> Planned:
        if carried:
            what = self.register.layer.title.zh
            return plain.refused(
                f"没有编码为 {str(sent.code)[:80]!r} 的{what},而这一行带着版本号:编码可能被改过;若是新增,请清空其版本号"
            )
        if not self.register.sheet_adds:
            return plain.refused("表格不能新增设备:新设备请在巡查组里登记,随之签发令牌")
        given = self._given(sent, {})
        cells = tuple(Cell(name, None, value) for name, value in given.items() if value is not None)
        return self._checked(replace(plain, what="new", cells=cells), given, given.get("valid_from") or str(self.start))

    def _given(self, sent: SentRow, base: Mapping[str, Any]) -> dict[str, Any]:
        """All fields of the body: as the sheet says, else as they stand; empty where something is needed is unsaid."""
        fields = {name: base[name] for name in self.register.body.model_fields if name in base}
        for column in self.columns:
            value = sent.fields[column.name]
            if value is None and column.not_null:
                continue
            fields[column.name] = value
        return fields

    def _base(self, held: Sequence[Version], carried: object) -> Version | None:
        """The version that a row means: the one it was read from, else the one of the day; None where that is gone."""
        if carried:
            return next((one for one in held if one.version == carried), None)
        return next((one for one in held if one.valid_from <= self.start < one.valid_to), held[-1])

    def _begins(self, given: str, base: Version) -> str:
        """A day that was changed is meant; else the new version begins on the day asked for."""
        return given if given != base.fields["valid_from"] else str(max(self.start, base.valid_from))

    def _checked(self, row: Planned, given: Mapping[str, Any], begins: str) -> Planned:
        try:
            body = self.register.body.model_validate({**given, "valid_from": begins})
        except ValidationError as error:
            titles = {column.name: column.zh for column in self.columns}
            told = [
                {**one, "loc": ("cell", titles.get(str(one["loc"][0]), str(one["loc"][0])), *one["loc"][1:])}
                for one in error.errors()
            ]
            return row.refused(validation_sentence(told).removeprefix("参数 ").removesuffix("。"))
        return replace(row, fields=body.model_dump(mode="json") | {"code": row.code})

    def _stale(self, row: Planned, held: Sequence[Version], carried: str) -> Planned:
        """A row that was read from what stands no more; with what has changed since, where that can be told."""
        now = next((one for one in held if one.valid_from <= self.start < one.valid_to), held[-1])
        then = self._then(str(row.code), carried)
        if then is None:
            return row.refused(f"所依据的版本 {carried[:80]!r} 不存在:请重新下载现行的表,在其中修改")
        names = [name for name in self.register.body.model_fields if name in now.fields]
        since = tuple(
            Cell(name, then.fields.get(name), now.fields[name])
            for name in names
            if not _alike(then.fields.get(name), now.fields[name])
        )
        return replace(row, cells=since).refused("下载之后已被改过:请重新下载现行的表,再作修改")

    def _then(self, code: str, carried: str) -> Version | None:
        """A version that stood once, by its name, which tells when it came to be known."""
        micros = carried.rpartition("-")[2]
        if not (micros.isascii() and micros.isdigit() and len(micros) <= 17):
            return None
        known_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros))
        found = versions(self.connection, self.register.layer, {"code": code}, known_at=known_at)
        return next((one for one in found if one.version == carried), None)


def _alike(one: Any, other: Any) -> bool:
    """Whether two values are the same once a sheet has held them: without blanks at their ends, empty as none."""
    return bool(_held(one) == _held(other))


def _held(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list):
        return [str(one).strip() for one in value] or None
    return value
