"""What comes and goes as a table without geometry: registers, rules and classes of land, reaches."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from api.transfer import crew_faults, duty_faults, observation_faults
from api.transfer.batch import Batch
from api.transfer.columns import Column, Shape
from api.transfer.faults import Faults, none_yet
from api.transfer.formats import TABLE_SUFFIXES
from api.transfer.values import elements
from layers import query
from layers.catalogue import LAYERS_FOLDER, ROLES, Catalogue, Layer, Words
from layers.errors import NotFound


def _table(
    table_id: str, title: Words, description: Words, folder: str | None = None, writes: str = "dispatcher"
) -> Layer:
    """A table without geometry: no layer of the map, but taken in and handed out like one."""
    return Layer(
        id=table_id,
        folder=LAYERS_FOLDER / (folder or table_id),
        table=f"city.{table_id}",
        title=title,
        description=description,
        geometry="",
        group=Words("", ""),
        source=Words("街道办", "Street office"),
        order=0,
        min_zoom=0,
        max_zoom=0,
        read=frozenset(ROLES),
        write=frozenset({writes, "admin"}),
    )


POST = _table(
    "post",
    Words("责任岗位", "Posts"),
    Words("对责任段、网格、道路负责的岗位", "Offices that answer for reaches, grids and roads"),
)
DUTY = _table(
    "duty",
    Words("巡查职责", "Duties"),
    Words("哪个岗位须看到哪些对象、多久一次", "Which post must see which targets, how often"),
)
CREW = _table("crew", Words("巡查组", "Crews"), Words("谁一起出去、怎么去", "Who goes out together, and how"))
DEVICE = _table(
    "device", Words("巡查设备", "Devices"), Words("各巡查组所带的设备", "The devices that crews carry"), folder="crew"
)
LANDUSE_RULE = _table(
    "landuse_rule",
    Words("用地核查规则", "Rules of land checks"),
    Words("什么活动在什么地上可否,依据与办法", "What may be done on what land, by which law"),
    folder="landuse",
    writes="landuse",
)
LANDUSE_CLASS = _table(
    "landuse_class",
    Words("地类与对照", "Land classes and their crosswalk"),
    Words("三调、用地用海、GB/T 21010 的地类、三大类与对照", "Classes of three schemes, main groups, crosswalk"),
    folder="landuse",
    writes="landuse",
)
TABLES = {table.id: table for table in (POST, DUTY, CREW, DEVICE, LANDUSE_RULE, LANDUSE_CLASS)}
OBSERVATION = "observation"
ENDS = ("from_m", "to_m")
_SPAN = "span"
_SHOWN = 10


def exchanged(catalogue: Catalogue, layer_id: str) -> Layer:
    """A layer of the catalogue, or a table without geometry; raises NotFound listing both."""
    if layer_id in TABLES:
        return TABLES[layer_id]
    if layer_id not in catalogue:
        names = "、".join([*catalogue, *TABLES])
        raise NotFound(f"没有图层 {layer_id[:80]!r}:现有 {names}。")
    return catalogue[layer_id]


def from_table(layer: Layer) -> bool:
    """Whether its files are tables without geometry."""
    return layer.id in _ROWS


def to_table(layer: Layer, path: Path) -> bool:
    """Whether it is to be written to that file as a table: reaches can also be drawn, in formats that hold lines."""
    return layer.id in TABLES or (from_table(layer) and path.suffix.lower() in TABLE_SUFFIXES)


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


def row_faults(connection: Connection, catalogue: Catalogue, layer: Layer, batch: Batch, as_of: date) -> Faults:
    """(n,) why rows cannot be taken because what they name is not there, or was not then; or None."""
    found, good = none_yet(len(batch)), np.flatnonzero(batch.good)
    if layer.id not in (DUTY.id, OBSERVATION, *crew_faults.NAMES) or not len(good):
        return found
    if layer.id == OBSERVATION:
        written = [{name: values[row] for name, values in batch.fields.items()} for row in good]
        found[good] = observation_faults.faults(connection, written)
        return found
    starts = batch.fields.get("valid_from", none_yet(len(batch)))
    days = [date.fromisoformat(starts[row]) if starts[row] else as_of for row in good]
    if layer.id in crew_faults.NAMES:
        named = batch.fields.get(crew_faults.NAMES[layer.id][0], none_yet(len(batch)))
        found[good] = crew_faults.faults(connection, layer.id, [named[row] for row in good], min(days))
        return found
    said = [{name: _said(name, values[row]) for name, values in batch.fields.items()} for row in good]
    found[good] = duty_faults.faults(connection, catalogue, said, days)
    return found


def _said(name: str, text: str | None) -> str | Sequence[str] | None:
    return elements(text) if name in ("target_codes", "delegates") else text


def findings(connection: Connection, layer: Layer, day: date) -> list[str]:
    """What is amiss on a day: shore that no post answers for, reaches whose post is gone, land classes nobody knows."""
    if layer.id == "landuse":
        return _unknown_classes(connection, day)
    if layer.id not in ("post", "reach"):
        return []
    bare = query.rows(connection, "water/bank_bare", day=day)
    told = [f"无责任主体的岸线:{row['water']} {row['bare_m']:,.0f} 米(共 {row['length_m']:,.0f} 米)" for row in bare]
    gone = query.rows(connection, "post/post_gone", day=day)
    told += [
        f"提醒:有 {row['reaches']} 个责任段的岗位是 {row['post_code']!r},而 {day} 没有此岗位,按无责任主体计"
        for row in gone[:_SHOWN]
    ]
    return told + ([f"提醒:另有 {len(gone) - _SHOWN} 个这样的岗位"] if len(gone) > _SHOWN else [])


def _unknown_classes(connection: Connection, day: date) -> list[str]:
    unknown = query.rows(connection, "landuse/transfer_unknown_classes", day=day)
    told = [f"{row['class_code']}({row['parcels']:,} 个,如 {row['first']})" for row in unknown[:_SHOWN]]
    more = f" 等 {len(unknown):,} 个编码" if len(unknown) > _SHOWN else ""
    return (
        [f"提醒:地类表里没有 {'、'.join(told)}{more}:核查时按地类不明。请核对编码,或补入 landuse_class"] if told else []
    )


_ROWS = {
    "post": "post/post_rows",
    "duty": "duty/duty_rows",
    "crew": "crew/crew_rows",
    "device": "crew/device_rows",
    "reach": "water/reach_rows",
    "landuse_rule": "landuse/landuse_rule_rows",
    "landuse_class": "landuse/landuse_class_rows",
}
