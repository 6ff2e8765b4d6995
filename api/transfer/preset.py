"""Files that offices hold, by the names of their columns: which there are, and which one a file looks like."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from api.transfer.source import name_key
from layers.catalogue import LAYERS_FOLDER, Layer
from layers.errors import BadFile, BadInput

__all__ = ["Picked", "Preset", "Year", "looks_like", "preset_named", "presets_of", "read_presets", "with_table"]


class Picked(NamedTuple):
    """Columns, of whose values only some are taken: theirs -> ours."""

    columns: tuple[str, ...]
    values: Mapping[str, str]


class Named(NamedTuple):
    """A name made of a column: the columns it may be in, its form, and what all are called where none is there."""

    columns: tuple[str, ...]
    form: str
    otherwise: str


class Year(NamedTuple):
    """The columns that may tell the year of a survey; the edition's name and first day, with {} for the year."""

    columns: tuple[str, ...]
    edition: str
    day: str


class Expected(NamedTuple):
    """What the values of a column look like, and what is said where one does not."""

    columns: tuple[str, ...]
    pattern: re.Pattern[str]
    remedy: str


@dataclass(frozen=True)
class Preset:
    """What a kind of file becomes, as layers/*/presets.toml says; see there."""

    id: str
    layer: str
    title: str
    names: tuple[str, ...]
    tables: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...]
    ways: tuple[tuple[str, ...], ...]
    unique: bool = False
    prefix: str | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    picked: Mapping[str, Picked] = field(default_factory=dict)
    ratio: tuple[str, ...] = ()
    named: Named | None = None
    year: Year | None = None
    expected: Expected | None = None
    declared: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The preset as messages name it."""
        return f"{self.id}({self.title})"

    def lacks(self, header: Iterable[str]) -> list[str]:
        """The columns that tell such a file and are not there, each with its other names; empty where it is one."""
        there = {name_key(column) for column in header}
        return ["/".join(names) for names in self.marks if not any(name_key(name) in there for name in names)]


def read_presets(folder: Path = LAYERS_FOLDER) -> list[Preset]:
    """Every preset of every layer's folder; raises BadFile for a broken file."""
    found: list[Preset] = []
    for toml in sorted(folder.glob("*/presets.toml")):
        try:
            found += [_preset(entry) for entry in tomllib.loads(toml.read_text("utf-8"))["preset"]]
        except (tomllib.TOMLDecodeError, KeyError, TypeError, re.error) as error:
            raise BadFile(f"预设 {toml.parent.name}/{toml.name} 有误:{error}。") from error
    return found


def presets_of(layer: Layer) -> list[Preset]:
    """The presets of one layer."""
    return [preset for preset in read_presets() if preset.layer == layer.id]


def preset_named(layer: Layer, name: str) -> Preset:
    """The layer's preset of that id, title or other name; raises BadInput naming those there are.

    >>> from layers.catalogue import read_catalogue
    >>> preset_named(read_catalogue()["landuse"], "变更调查").id
    'dltb'
    """
    every = read_presets()
    wanted = name_key(name)
    for preset in every:
        if wanted in map(name_key, (preset.id, preset.title, *preset.names)):
            if preset.layer == layer.id:
                return preset
            command = f"huashan import {preset.layer} 文件 --preset {preset.id}"
            raise BadInput(f"预设 {preset.told}属于图层 {preset.layer}:请用 {command}。")
    own = "、".join(preset.told for preset in every if preset.layer == layer.id)
    others = "、".join(f"{preset.told}属于 {preset.layer}" for preset in every if preset.layer != layer.id)
    raise BadInput(f"没有预设 {name[:40]!r}:图层 {layer.id} 的有 {own or '(没有)'};其他图层的有 {others}。")


def looks_like(layer: Layer, header: Sequence[str]) -> Preset | None:
    """The one preset of the layer whose columns a file has; None where none or several would do.

    >>> from layers.catalogue import read_catalogue
    >>> looks_like(read_catalogue()["landuse"], ["TBBH", "DLBM", "ZLDWDM", "TBMJ"]).id
    'dltb'
    """
    fitting = [preset for preset in presets_of(layer) if not preset.lacks(header)]
    return fitting[0] if len(fitting) == 1 else None


def with_table(layer: Layer, tables: Sequence[str]) -> Preset | None:
    """The first preset of the layer of whose tables one is there, by its very name."""
    there = set(map(name_key, tables))
    return next((preset for preset in presets_of(layer) if there & set(map(name_key, preset.tables))), None)


def _preset(entry: Mapping[str, Any]) -> Preset:
    named, year, expected = (entry.get(part) for part in ("named", "year", "expected"))
    return Preset(
        id=entry["id"],
        layer=entry["layer"],
        title=entry["title"],
        names=tuple(entry["names"]),
        tables=tuple(entry["tables"]),
        marks=tuple(map(tuple, entry["marks"])),
        ways=tuple(map(tuple, entry["code"]["ways"])),
        unique=bool(entry["code"].get("unique", False)),
        prefix=entry["code"].get("prefix"),
        fixed=dict(entry.get("set", {})),
        columns={name: tuple(columns) for name, columns in entry.get("columns", {}).items()},
        picked={name: Picked(tuple(of["columns"]), of["values"]) for name, of in entry.get("picked", {}).items()},
        ratio=tuple(entry.get("ratio", ())),
        named=Named(tuple(named["columns"]), named["form"], named["else"]) if named else None,
        year=Year(tuple(year["columns"]), year["edition"], year["day"]) if year else None,
        expected=_expected(expected) if expected else None,
        declared=tuple(entry.get("declared", ())),
    )


def _expected(entry: Mapping[str, Any]) -> Expected:
    return Expected(tuple(entry["columns"]), re.compile(entry["pattern"]), entry["remedy"])
