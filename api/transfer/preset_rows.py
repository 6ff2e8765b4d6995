"""A file's rows as a preset takes them: which column is which field, what is made of several, and what is told."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from api.transfer.edition import Edition
from api.transfer.faults import faultless, none_yet
from api.transfer.importing import Manner
from api.transfer.preset import Picked, Preset, Year, looks_like
from api.transfer.source import Source, Values, filtered, name_key, text_of
from layers.catalogue import Layer
from layers.errors import BadInput

__all__ = ["Taken", "by_preset", "hinted", "taken"]

_JOIN = "-"
_PERCENT = 100
_SHOWN = 3
_YEARS = range(1980, 2100)


class Taken(NamedTuple):
    """What a preset makes of a file: its rows, column -> field, field -> value for all, and which edition it is.

    declared: the column in which the file says areas in m²; None where it says none.
    """

    source: Source
    columns: dict[str, str]
    fixed: dict[str, str]
    edition: Edition
    declared: str | None


class _Column(NamedTuple):
    """A field, the column that fills it, its values, what is to be told of it, and the columns that it is made of."""

    field: str
    name: str
    values: Values
    note: str | None = None
    parts: tuple[str, ...] = ()


def taken(preset: Preset, source: Source, edition: Edition, said: Mapping[str, str], *, keyed: bool = False) -> Taken:
    """A file as the preset takes it; raises BadInput where it is no such file.

    edition: as the user said, which goes before what the file tells. said: column -> field, as the user said, likewise.
    keyed: whether the user said what the code is.
    """
    _check(preset, source)
    own = {*said.values(), *(["code"] if keyed else [])}
    found = [column for column in _columns(preset, source) if column.field not in own]
    made_into = {part for column in found for part in column.parts}
    fields = {name: values for name, values in source.fields.items() if name not in made_into}
    fields |= {column.name: column.values for column in found}
    columns = {**said, **{column.name: column.field for column in found}}
    fixed = dict(preset.fixed)
    if preset.named and "name" not in columns.values():
        fixed["name"] = preset.named.otherwise
    edition, dated = _dated(preset, source, edition)
    notes = [f"预设 {preset.told}", *(column.note for column in found if column.note), *dated]
    rows = replace(source, fields=fields, notes=(*source.notes, *notes))
    return Taken(rows, columns, fixed, edition, _first(preset.declared, source))


def by_preset(preset: Preset, source: Source, manner: Manner) -> tuple[Source, Manner]:
    """A file and how it is imported, as the preset has it and the user said beside."""
    wishes = manner.wishes
    rows = filtered(source, list(manner.where))
    found = taken(preset, rows, manner.edition, wishes.columns, keyed=wishes.key is not None)
    wishes = replace(wishes, columns=found.columns, values={**found.fixed, **wishes.values})
    return found.source, replace(manner, wishes=wishes, where=(), edition=found.edition, declared=found.declared)


def hinted(layer: Layer, source: Source) -> Source:
    """The file with a remark where it looks like one that a preset is for."""
    preset = looks_like(layer, list(source.fields))
    if preset is None:
        return source
    hint = f"提示:文件像是{preset.title},加 --preset {preset.id} 可按其惯例导入(编码、版次、取值)"
    return replace(source, notes=(*source.notes, hint))


def _check(preset: Preset, source: Source) -> None:
    if lacking := preset.lacks(source.fields):
        there = "、".join(source.fields) or "(没有属性列)"
        raise BadInput(
            f"{source.name} 不像{preset.title}:缺少列 {'、'.join(lacking)}(现有 {there})。"
            "请核对文件与图层,或不用 --preset 而以 --map 列=字段 指明。"
        )
    expected = preset.expected
    column = _first(expected.columns, source) if expected else None
    if expected and column:
        texts = Counter(text for text in map(text_of, source.fields[column]) if text)
        odd = {text: rows for text, rows in texts.items() if not expected.pattern.fullmatch(text)}
        if odd:
            shown = "、".join(f"{text[:20]!r}" for text in list(odd)[:_SHOWN]) + " 等" * (len(odd) > _SHOWN)
            raise BadInput(f"列 {column} 有 {sum(odd.values()):,} 行是 {shown}:{expected.remedy}。")


def _columns(preset: Preset, source: Source) -> Iterator[_Column]:
    yield from _code(preset, source)
    for name, candidates in preset.columns.items():
        column = _first(candidates, source)
        if column:
            values = source.fields[column]
            yield _ratio(name, column, values) if name in preset.ratio else _Column(name, column, values)
    for name, picked in preset.picked.items():
        yield from _picked(name, picked, source)
    if preset.named and (column := _first(preset.named.columns, source)):
        texts = [text_of(value) for value in source.fields[column]]
        names = [preset.named.form.format(text) if text else preset.named.otherwise for text in texts]
        yield _Column("name", column, _objects(names))


def _code(preset: Preset, source: Source) -> Iterator[_Column]:
    """The code by the first way that the file's columns allow; none where no way does."""
    possible = [codes for way in preset.ways if (codes := _codes(way, source)) is not None]
    once = [codes for codes in possible if _repeated(codes.values) == 0]
    chosen = next(iter(once if preset.unique and once else possible), None)
    if chosen is None:
        return
    note = chosen.note
    if possible[0] is not chosen:
        note = f"{note}({possible[0].name} 有重复)"
    elif (again := _repeated(chosen.values)) and once:
        note = f"{note};有 {again:,} 行重复,{once[0].name} 没有重复:若只用这一次,可加 --key {once[0].name}"
    values = chosen.values
    if preset.prefix:
        values = _objects([None if code is None else f"{preset.prefix}{_JOIN}{code}" for code in values])
    yield chosen._replace(values=values, note=note)


def _codes(way: Sequence[str], source: Source) -> _Column | None:
    texts_of, told, names = [], [], []
    for part in way:
        wanted, _, length = part.partition(":")
        column = _first([wanted], source)
        if column is None:
            return None
        texts = [text_of(value) for value in source.fields[column]]
        texts_of.append([text[: int(length)] for text in texts] if length else texts)
        told.append(f"{column} 的前 {length} 位" if length else column)
        names.append(column)
    codes = [_JOIN.join(row) if all(row) else None for row in zip(*texts_of, strict=True)]
    parts = tuple(names) if len(names) > 1 else ()
    return _Column("code", "+".join(names), _objects(codes), f"编码取 {'与 '.join(told)}", parts)


def _repeated(codes: Values) -> int:
    counts = Counter(code for code in codes if code is not None)
    return sum(rows for rows in counts.values() if rows > 1)


def _ratio(field: str, column: str, values: Values) -> _Column:
    """A share that some files have in percent: then all that are not 0 are 1 or more."""
    numbers = [_number(text_of(value)) for value in values]
    shares = [number for number in numbers if number]
    if not shares or min(shares) < 1:
        return _Column(field, column, values)
    scaled = [value if number is None else number / _PERCENT for value, number in zip(values, numbers, strict=True)]
    return _Column(field, column, _objects(scaled), f"{column} 以百分数记,已除以 100")


def _picked(field: str, picked: Picked, source: Source) -> Iterator[_Column]:
    known = {name_key(theirs): ours for theirs, ours in picked.values.items()}
    values, used = none_yet(len(source)), []
    for column in (name for wanted in picked.columns for name in source.fields if name_key(name) == name_key(wanted)):
        found = _objects([known.get(name_key(text_of(value))) for value in source.fields[column]])
        fresh = ~faultless(found) & faultless(values)
        values[fresh] = found[fresh]
        used += [column] if fresh.any() else []
    if used:
        yield _Column(field, used[0], values, f"{field} 取自 {'、'.join(used)}" if len(used) > 1 else None)


def _dated(preset: Preset, source: Source, edition: Edition) -> tuple[Edition, list[str]]:
    """The edition with what the file tells where the user said nothing; and what is told of it."""
    scope = ("kind", preset.fixed["kind"]) if "kind" in preset.fixed else None
    edition = replace(edition, only=scope, yearly=preset.year is not None)
    if preset.year is None:
        return edition, []
    column = _first(preset.year.columns, source)
    if column is None:
        if edition.valid_from:
            return edition, []
        return edition, [f"文件没有数据年份({preset.year.columns[0]}):请以 --edition 与 --valid-from 说明是哪一年的"]
    years = Counter(_year(column, text_of(value)) for value in source.fields[column] if text_of(value))
    newest = max(years)
    notes = []
    if len(years) > 1:
        each = "、".join(f"{year} 年 {rows:,} 行" for year, rows in sorted(years.items()))
        notes.append(f"{column} 有 {len(years)} 个年份({each}):按最晚的一年")
    named = _named(preset.year, newest, edition)
    return named, [*notes, f"版次「{named.name}」,自 {named.valid_from} 起生效"]


def _named(year: Year, newest: int, edition: Edition) -> Edition:
    first = date.fromisoformat(year.day.format(newest))
    return replace(edition, name=edition.name or year.edition.format(newest), valid_from=edition.valid_from or first)


def _year(column: str, text: str) -> int:
    if not (text[:4].isdecimal() and int(text[:4]) in _YEARS):
        raise BadInput(f"列 {column} 的值 {text[:20]!r} 不是年份:应为 2025 这样的四位数。")
    return int(text[:4])


def _first(candidates: Sequence[str], source: Source) -> str | None:
    """The first of the columns that the file has and that is not empty all over."""
    by_key = {name_key(name): name for name in source.fields}
    there = (by_key[name_key(wanted)] for wanted in candidates if name_key(wanted) in by_key)
    return next((name for name in there if any(text_of(value) for value in source.fields[name])), None)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _objects(values: Sequence[object]) -> Values:
    column = none_yet(len(values))
    column[:] = values
    return column
