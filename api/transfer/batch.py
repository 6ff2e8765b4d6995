"""From a file to rows ready for the database: columns matched, coordinates placed, shapes repaired, faults noted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from api.transfer.columns import Column, Shape, field_named, match
from api.transfer.faults import Faults, faultless, kept, none_yet, note
from api.transfer.key import shape_keys
from api.transfer.place import place
from api.transfer.repair import VERTEX_LIMIT, flattened, repair
from api.transfer.source import Source, Values, column_of, text_of
from api.transfer.values import LONGEST_CODE, converted
from layers.crs import Bounds, Geometries
from layers.errors import BadInput

_KEY_JOIN = "+"


@dataclass(frozen=True)
class Wishes:
    """How a file's rows become a layer's: column -> field, field -> value, the key's column, datum, vertex limit."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    datum: str = "wgs84"
    vertex_limit: int = VERTEX_LIMIT
    own_dates: bool = True


@dataclass(frozen=True)
class Batch:
    """Rows ready to be compared with what is stored.

    numbers: (n,) row in the file. fields: field -> (n,) text as the database takes it, or None. geometries: (n,) in
    STORED. faults: (n,) why a row is rejected, or None.
    """

    numbers: NDArray[np.int64]
    fields: dict[str, Values]
    geometries: Geometries
    faults: Faults
    matched: dict[str, str]
    ignored: list[str]
    notes: list[str]
    repairs: Counter[str]

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def good(self) -> NDArray[np.bool_]:
        """(n,) bool, the rows without a fault."""
        return faultless(self.faults)


def prepare(source: Source, shape: Shape, aliases: Mapping[str, str], wishes: Wishes, bounds: Bounds) -> Batch:
    """The rows of a file in a layer's fields and the stored system; whatever is wrong with one is in its fault."""
    constants = {field_named(shape, name): value for name, value in wishes.values.items()}
    whole_key = bool(wishes.key) and wishes.key in source.fields
    given = {**wishes.columns, str(wishes.key): "code"} if whole_key else dict(wishes.columns)
    found = match(list(source.fields), shape, aliases=aliases, given=given, set_fields=[*constants, *_unused(wishes)])
    faults = source.faults.copy()
    shaped = _shaped(source, shape, wishes, bounds, faults) if shape.kinds else _shapeless(source)
    fields: dict[str, Values] = {}
    for column in shape.fields:
        raw = _raw(column, source, found.columns, constants)
        if raw is not None:
            fields[column.name], wrong = converted(raw, column)
            note(faults, wrong)
    notes = [*source.notes, *shaped.notes]
    if wishes.key and not whole_key:
        fields["code"] = _joined(source, wishes.key)
    elif "code" not in fields:
        if not shape.kinds:
            raise BadInput(_keyless(source))
        fields["code"] = shape_keys(shaped.geometries, [fields[name] for name in shape.event if name in fields])
        by = "、".join(["图形", *(shape[name].zh for name in shape.event)])
        notes.append(f"文件没有编码列:以{by}的摘要作编码(改动即为一条新增、一条缺失),可用 --key 指定编码列")
    note(faults, _codes(fields["code"], faults, source.numbers, repeats=shape.repeats))
    return Batch(
        source.numbers, fields, shaped.geometries, faults, found.columns, found.ignored, notes,
        source.repairs + shaped.repairs,
    )  # fmt: skip


def _keyless(source: Source) -> str:
    told = f"文件里没有编码列:现有 {'、'.join(source.fields)}。请用 --key 列名 指明哪一列是编码"
    return f"{told};若文件有坐标,坐标列应名为 经度、纬度(lon、lat),或 x、y 加 --crs,或 WKT。"


class _Shaped(NamedTuple):
    geometries: Geometries
    notes: list[str]
    repairs: Counter[str]


def _shapeless(source: Source) -> _Shaped:
    return _Shaped(none_yet(len(source)), [], Counter())


def _shaped(source: Source, shape: Shape, wishes: Wishes, bounds: Bounds, faults: Faults) -> _Shaped:
    flat, flattenings = flattened(source.geometries)
    note(faults, _missing(flat))
    placed = place(kept(flat, faults), source.crs, bounds=bounds, datum=wishes.datum)
    note(faults, placed.faults)
    mended = repair(kept(placed.geometries, faults), shape.kinds, vertex_limit=wishes.vertex_limit)
    note(faults, mended.faults)
    return _Shaped(mended.geometries, placed.notes, flattenings + mended.repairs)


def _unused(wishes: Wishes) -> list[str]:
    return [] if wishes.own_dates else ["valid_from", "valid_to"]


def _raw(column: Column, source: Source, columns: Mapping[str, str], constants: Mapping[str, str]) -> Values | None:
    if column.name in constants:
        return np.full(len(source), constants[column.name], dtype=object)
    return source.fields[columns[column.name]] if column.name in columns else None


def _joined(source: Source, key: str) -> Values:
    parts = [column_of(source, name.strip()) for name in key.split(_KEY_JOIN)]
    codes = ["-".join(text_of(part[row]) for part in parts) for row in range(len(source))]
    return np.array([code if code.strip("-") else None for code in codes] + [None], dtype=object)[:-1]


def _missing(geometries: Geometries) -> Faults:
    faults = none_yet(len(geometries))
    faults[np.asarray(shapely.is_empty(geometries))] = "图形为空"
    faults[np.asarray(shapely.is_missing(geometries))] = "没有图形"
    return faults


def _codes(codes: Values, faults: Faults, numbers: NDArray[np.int64], *, repeats: bool) -> Faults:
    found = none_yet(len(codes))
    first: dict[str, int] = {}
    for row, code in enumerate(codes):
        if faults[row] is not None:
            continue
        if code is None:
            found[row] = "编码为空"
        elif len(code) > LONGEST_CODE:
            found[row] = f"编码有 {len(code):,} 个字,上限 {LONGEST_CODE}"
        elif code in first and not repeats:
            found[row] = f"编码 {code[:60]!r} 与第 {first[code]} 行重复"
        else:
            first[code] = int(numbers[row])
    return found


def note_validity(batch: Batch, as_of: date) -> None:
    """Give a fault to rows that would end before they begin, or that day; `as_of` is when one without a start does."""
    ends = batch.fields.get("valid_to", none_yet(len(batch)))
    starts = batch.fields.get("valid_from", none_yet(len(batch)))
    found = none_yet(len(batch))
    for row in np.flatnonzero(~faultless(ends)):
        start = starts[row] or as_of.isoformat()
        if ends[row] <= start:
            found[row] = f"失效日期 {ends[row]} 不晚于生效日期 {start}"
    note(batch.faults, found)


def check_wishes(wishes: Wishes, shape: Shape) -> None:
    """Raise BadInput where a value set for all rows does not fit its field."""
    for name, value in wishes.values.items():
        column = shape[field_named(shape, name)]
        _, faults = converted(np.array([value], dtype=object), column)
        if faults[0] is not None:
            raise BadInput(f"--set {name}={value}:{faults[0]}。")
