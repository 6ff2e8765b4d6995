"""What a tile is narrowed to by its query: conditions on the rows of its layers, and another time than now.

/tiles/road,grid/13/6701/3372?filter=name LIKE '花%'&datetime=2026-06-30&known_at=2026-07-05
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.access.columns import Columns, columns_of
from api.access.reader import Reader
from api.answers.wording import shown
from api.coverage.known import refuse_before_known
from api.database import Database
from api.features.conditions import Condition, condition
from api.features.parsing import LANGUAGES
from api.features.systems import Systems, systems
from api.features.terms import kind_of
from api.features.values import with_values
from api.tiles.statement import Part
from api.tracks.moments import instant
from layers import query
from layers.catalogue import Layer
from layers.errors import BadInput

__all__ = ["NAMES", "Question", "narrowed"]

NAMES = ("filter", "filter-lang", "filter-crs", "datetime", "known_at")
"""The parameters that are no columns."""
_ALWAYS = ("id", "known_from")


class Question(NamedTuple):
    """The parts of a tile, and the values of their conditions. then: whether another time is asked for than now."""

    parts: tuple[Part, ...]
    values: Mapping[str, Any] = {}
    then: bool = False


class _When(NamedTuple):
    day: date
    known_at: datetime | None
    at: datetime


class _Ground(NamedTuple):
    """What conditions are read by: the zone of times, the time now, and the systems of coordinates."""

    zone: ZoneInfo
    now: datetime
    systems: Systems


def narrowed(
    database: Database, reader: Reader, asked_by: Sequence[tuple[str, str]], layers: Sequence[Layer]
) -> Question:
    """What the query of a tile asks of its layers. Raises BadInput for what cannot be understood.

    Every condition holds for every layer, so that no tile shows some layers narrowed and others whole: a column that
    one of them lacks is refused, and so is another time for a layer that keeps no history.
    """
    asked = dict(asked_by)
    with database.transaction(reader) as connection:
        ground = _ground(connection)
        when = _when(asked, ground)
        parts: list[Part] = []
        values: dict[str, Any] = {}
        for place, layer in enumerate(layers):
            columns = columns_of(connection, layer, reader)
            found = _conditions(asked, columns, ground, layer, place)
            part = Part(layer.id, " AND ".join(f"({one.sql})" for one in found) or "true")
            parts.append(_then(connection, part, layer, columns, when) if when else part)
            values |= {name: value for one in found for name, value in one.params.items()}
    if when:
        values |= {"day": when.day, "known_at": when.known_at or "infinity", "at": when.at}
    return Question(tuple(parts), values, when is not None)


def _ground(connection: Connection) -> _Ground:
    facts = query.rows(connection, "deployment/deployment_facts")[0]
    return _Ground(ZoneInfo(facts["timezone"]), facts["now"], systems(facts["metric_crs"]))


def _when(asked: Mapping[str, str], ground: _Ground) -> _When | None:
    """The day, and the instant of which days and deadlines are told; None where now is asked for."""
    if "datetime" not in asked and "known_at" not in asked:
        return None
    text = asked.get("datetime")
    if text is not None and "/" in text:
        raise BadInput(f"参数 datetime 的值 {shown(text)} 是时段:切片只画一个时刻,请写成 2026-06-30 这样。")
    at = instant(text, "datetime", ground.zone) or ground.now
    known_at = instant(asked.get("known_at"), "known_at", ground.zone)
    return _When(at.astimezone(ground.zone).date(), known_at and min(known_at, ground.now), at)


def _then(connection: Connection, part: Part, layer: Layer, columns: Columns, when: _When) -> Part:
    """The part at another time. Raises BadInput where the layer's past is not kept."""
    if not columns.kept:
        raise BadInput(
            f"图层“{layer.title.zh}”由平台推算,不存历史:只有今天的,请去掉 datetime 与 known_at,或去掉该图层。"
        )
    refuse_before_known(connection, when.known_at, layer.table, layer.title.zh)
    return part._replace(
        then=tuple(dict.fromkeys([*_ALWAYS, *columns.stored.shown])),
        made=tuple(columns.made.items()),
        # Of what is known now nothing is in the history.
        past=when.known_at is not None,
    )


def _conditions(
    asked: Mapping[str, str], columns: Columns, ground: _Ground, layer: Layer, place: int
) -> list[Condition]:
    given = {name: value for name, value in asked.items() if name not in NAMES}
    queryable = [name for name, column in columns.shown.items() if kind_of(column)]
    if (unknown := next((name for name in given if name not in queryable), None)) is not None:
        raise BadInput(
            f"图层“{layer.title.zh}”没有列 {shown(unknown)}:可用的参数有 {'、'.join(NAMES)},"
            f"以及列 {'、'.join(queryable)};各图层的列不同时,请分开取切片。"
        )
    found = with_values(given, columns.shown, ground.zone, prefix=f"value_{place}_")
    language, system = (
        asked.get("filter-lang", LANGUAGES[0]),
        ground.systems.named(asked.get("filter-crs"), "filter-crs"),
    )
    if language not in LANGUAGES:
        raise BadInput(f"参数 filter-lang 的值 {shown(language)} 不认识:可用的有 {'、'.join(LANGUAGES)}。")
    if (text := asked.get("filter")) is not None:
        found.append(condition(text, columns.shown, language=language, system=system, prefix=f"filter_{place}_"))
    return found
