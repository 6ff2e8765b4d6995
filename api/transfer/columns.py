"""Which column of a file belongs to which field of a layer."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from api.transfer.repair import allows
from api.transfer.source import name_key
from layers import query
from layers.catalogue import Layer
from layers.errors import BadInput, NotReady

_SHORT = 10
_ONE_OF = re.compile(r"CHECK \(\(\w+ = ANY \(ARRAY\[(.*)\]\)\)\)")


@dataclass(frozen=True)
class Column:
    """A column of a layer's table: its type, what it is called, labels of its values, and its default in SQL.

    labels: what a file may call a value -> the value. choices: value -> its Chinese title, in order, of an enumeration.
    """

    name: str
    type: str
    zh: str = ""
    en: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    not_null: bool = False
    default: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The name with what users call it, as messages show it."""
        return f"{self.name}({self.zh})" if self.zh else self.name


@dataclass(frozen=True)
class Shape:
    """What a layer's table takes from a file: its fields, and the kinds of geometry, none where it takes no geometry.

    repeats: whether several rows of a file, with the same code, may be one feature. event: the fields that tell apart
    what happened at one place.
    """

    fields: tuple[Column, ...]
    kinds: frozenset[str]
    repeats: bool = False
    event: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.fields if column.name == name)


@dataclass(frozen=True)
class Matched:
    """Field -> column of the file; the columns that belong to no field; remarks."""

    columns: dict[str, str]
    ignored: list[str]


@dataclass(frozen=True)
class Aliases:
    """What a layer's fields and values are called elsewhere: name in a file -> field; field -> its value -> ours."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def aliases_of(layer: Layer) -> Aliases:
    """The aliases.toml of the layer's folder; empty where there is none."""
    file = layer.folder / "aliases.toml"
    told = tomllib.loads(file.read_text("utf-8")).get(layer.id, {}) if file.exists() else {}
    return Aliases(told.get("columns", {}), told.get("values", {}))


def shape_of(
    connection: Connection, layer: Layer, aliases: Aliases | None = None, *, relation: str | None = None
) -> Shape:
    """The fields of a layer that a file may fill, from the database; raises NotReady where its table is missing.

    relation: the table or view to look at, where it is not the layer's table.
    """
    values = aliases.values if aliases else {}
    found = query.rows(connection, "deployment/transfer_columns", table=relation or layer.table)
    geometry = next((row for row in found if row["name"] == "geom"), None)
    if not found:
        raise NotReady(f"图层 {layer.id} 的表 {layer.table} 还没有建立:请先运行 huashan migrate。")
    fields = tuple(
        Column(
            row["name"],
            row["type"],
            row["zh"],
            row["en"],
            _labels(row["labels"]) | {name_key(label): value for label, value in values.get(row["name"], {}).items()},
            row["not_null"],
            row["default_value"],
            _choices(row["labels"]) or _allowed(row["checks"]),
        )
        for row in found
        if not row["system"] and not row["type"].startswith("geometry")
    )
    kinds = _kinds(geometry["type"], geometry["checks"]) if geometry else frozenset()
    return Shape(fields, kinds, event=layer.event)


def match(
    header: Sequence[str],
    shape: Shape,
    *,
    aliases: Mapping[str, str],
    given: Mapping[str, str],
    set_fields: Sequence[str] = (),
) -> Matched:
    """The fields that a file's columns fill: as the user says, then by name, alias, comment, or shortened name.

    header: the file's columns. aliases: the file's name -> field, of the layer's folder. given: column -> field, of the
    user. set_fields: fields that get one value for all rows, so that no column fills them.
    Raises BadInput for a column or field that does not exist, or two columns given for one field.
    """
    columns: dict[str, str] = {}
    for column, named in given.items():
        target = field_named(shape, named)
        if target in columns:
            raise BadInput(f"--map 把 {columns[target]!r} 和 {column!r} 都对应到字段 {target}:每个字段只能有一列。")
        columns[target] = _present(column, header)
    for names in _ways(shape, aliases):
        for column in header:
            found = names.get(name_key(column))
            if found and found not in columns and column not in columns.values():
                columns[found] = column
    for name in set_fields:
        columns.pop(name, None)
    return Matched(columns, [column for column in header if column not in columns.values()])


def field_named(shape: Shape, name: str) -> str:
    """The field of that name or Chinese title; raises BadInput listing the fields."""
    for column in shape.fields:
        if name_key(name) in (column.name, *_titles(column)):
            return column.name
    listed = "、".join(column.title for column in shape.fields)
    raise BadInput(f"此图层没有字段 {name!r}:现有 {listed}。")


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Names of at most 10 bytes, as a shapefile needs: long ones are cut, and numbered where two would be alike.

    >>> short_names(["name", "responsible", "responsibly"])
    {'name': 'name', 'responsible': 'responsibl', 'responsibly': 'responsi01'}
    """
    taken = {name for name in names if len(name.encode()) <= _SHORT}
    shortened = {}
    for name in names:
        short, number = name, 0
        while (short != name and short in taken) or len(short.encode()) > _SHORT:
            stem = name.encode()[: _SHORT - 2 if number else _SHORT].decode(errors="ignore")
            short, number = (f"{stem}{number:02d}" if number else stem), number + 1
        taken.add(short)
        shortened[name] = short
    return shortened


def _ways(shape: Shape, aliases: Mapping[str, str]) -> list[dict[str, str]]:
    names = [column.name for column in shape.fields]
    return [
        {name: name for name in names},
        {name_key(alias): target for alias, target in aliases.items() if target in names},
        {title: column.name for column in reversed(shape.fields) for title in _titles(column)},
        {name_key(short): name for name, short in short_names(names).items()},
        _cut_titles(shape),
    ]


def _titles(column: Column) -> list[str]:
    plain = [re.split(r"[(:]", name_key(title))[0].strip() for title in (column.zh, column.en)]
    return [name_key(title) for title in (column.zh, column.en, *plain) if title]


def _cut_titles(shape: Shape) -> dict[str, str]:
    """Titles as a shapefile cuts them, to 10 bytes of either encoding; those that could be two fields are left out."""
    cut: dict[str, set[str]] = {}
    for column in shape.fields:
        for title in _titles(column):
            for encoding in ("utf-8", "gb18030"):
                if len(raw := title.encode(encoding)) > _SHORT:
                    cut.setdefault(raw[:_SHORT].decode(encoding, "ignore"), set()).add(column.name)
    return {title: next(iter(names)) for title, names in cut.items() if len(names) == 1}


def _present(column: str, header: Sequence[str]) -> str:
    for name in header:
        if name_key(name) == name_key(column):
            return name
    raise BadInput(f"文件里没有列 {column!r}:现有 {'、'.join(header) or '(没有属性列)'}。")


def _labels(comments: Sequence[str]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for value, words in _listed(comments):
        labels |= {name_key(word): value for word in (value, *words)}
    return labels


def _choices(comments: Sequence[str]) -> dict[str, str]:
    """Value -> its Chinese title; the value itself where two have one title, which would not find its way back."""
    titles = {value: words[0] if words else value for value, words in _listed(comments)}
    labels = _labels(comments)
    return {value: title if labels[name_key(title)] == value else value for value, title in titles.items()}


def _allowed(checks: Sequence[str]) -> dict[str, str]:
    """The values that a check leaves which nobody has given titles: CHECK ((a = ANY (ARRAY['x'::text, 'y'::text])))."""
    listed = next((found for check in checks if (found := _ONE_OF.fullmatch(check))), None)
    return {value: value for value in re.findall(r"'([^']*)'::text", listed[1])} if listed else {}


def _listed(comments: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Values and their titles in both languages, as comments list them: 'river=河|River; lake=湖|Lake'."""
    for entry in "; ".join(comments).split(";"):
        value, equal, words = entry.strip().partition("=")
        if equal:
            yield value, [word.strip() for word in words.split("|") if word.strip()]


def _kinds(declared: str, checks: Sequence[str]) -> frozenset[str]:
    # A generic column may be held to some kinds by a check: geometrytype(geom) = ANY (ARRAY['MULTIPOLYGON'::text, …]).
    listed = [check for check in checks if "geometrytype(geom) = ANY" in check]
    if listed:
        return frozenset().union(*(allows(name) for name in re.findall(r"'(\w+)'", listed[0])))
    return allows(declared.removeprefix("geometry(").split(",")[0].rstrip(")"))
