"""What comes and goes as a table without geometry: posts, which have none, and reaches, whose lines are worked out."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from api.transfer.columns import Column, Shape
from layers import query
from layers.catalogue import LAYERS_FOLDER, Catalogue, Layer, Words
from layers.errors import NotFound

POST = Layer(
    id="post",
    folder=LAYERS_FOLDER / "post",
    table="city.post",
    title=Words("责任岗位", "Posts"),
    description=Words("对责任段、网格、道路负责的岗位", "Offices that answer for reaches, grids and roads"),
    geometry="",
    group=Words("", ""),
    source=Words("街道办", "Street office"),
    order=0,
    min_zoom=0,
    max_zoom=0,
    read=frozenset({"admin"}),
    write=frozenset({"admin"}),
)
"""No layer of the map, but taken in and handed out like one."""
ENDS = ("from_m", "to_m")
_SPAN = "span"
_SHOWN = 10


def exchanged(catalogue: Catalogue, layer_id: str) -> Layer:
    """A layer of the catalogue, or the posts; raises NotFound listing both."""
    if layer_id == POST.id:
        return POST
    if layer_id not in catalogue:
        names = "、".join([*catalogue, POST.id])
        raise NotFound(f"没有图层 {layer_id[:80]!r}:现有 {names}。")
    return catalogue[layer_id]


def from_table(layer: Layer) -> bool:
    """Whether its files are tables without geometry."""
    return layer.id in _ROWS


def to_table(layer: Layer, path: Path) -> bool:
    """Whether it is to be written to that file as a table: reaches can also be drawn, in formats that hold lines."""
    return layer.id == POST.id or (from_table(layer) and path.suffix.lower() == ".csv")


def file_shape(layer: Layer, stored: Shape) -> Shape:
    """What a file of the layer has, by what its table has: of a reach, ends of a range in each row, and no line."""
    if layer.id != "reach":
        return stored
    ends = (Column("from_m", "chainage", "起点桩号(米)"), Column("to_m", "chainage", "终点桩号(米)"))
    fields: list[Column] = []
    for column in stored.fields:
        fields += ends if column.name == _SPAN else (column,)
    return replace(stored, fields=tuple(fields), kinds=frozenset(), repeats=True)


def table_rows(connection: Connection, layer: Layer) -> list[dict[str, object]]:
    """The rows of the table that is handed out, as they are true today, by field."""
    return [dict(row) for row in query.rows(connection, _ROWS[layer.id])]


def findings(connection: Connection, layer: Layer, day: date) -> list[str]:
    """Of posts and reaches, what is amiss on a day: shore that no post answers for, reaches whose post is gone."""
    if not from_table(layer):
        return []
    bare = query.rows(connection, "water/bank_bare", day=day)
    told = [f"无责任主体的岸线:{row['water']} {row['bare_m']:,.0f} 米(共 {row['length_m']:,.0f} 米)" for row in bare]
    gone = query.rows(connection, "post/post_gone", day=day)
    told += [
        f"提醒:有 {row['reaches']} 个责任段的岗位是 {row['post_code']!r},而 {day} 没有此岗位,按无责任主体计"
        for row in gone[:_SHOWN]
    ]
    return told + ([f"提醒:另有 {len(gone) - _SHOWN} 个这样的岗位"] if len(gone) > _SHOWN else [])


_ROWS = {"post": "post/post_rows", "reach": "water/reach_rows"}
