"""What a request for features asks, read from its query parameters: the standard's, ours, and the columns by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query, Request
from sqlalchemy import Connection

from api.access.columns import Columns
from api.answers.parameters import parameter_names
from api.answers.wording import shown
from api.coverage.known import refuse_before_known
from api.features.boxes import read_box
from api.features.conditions import Condition, condition
from api.features.parsing import LANGUAGES, Language
from api.features.rows import Page, When, inside
from api.features.systems import Systems
from api.features.terms import kind_of
from api.features.values import with_values
from api.features.when import Days, days_of
from api.limits import FILE_FEATURES, PAGE_FEATURES
from api.tracks.moments import instant
from layers.catalogue import Layer
from layers.errors import BadInput

__all__ = ["Clock", "Viewed", "Wanted", "conditions_of", "names_of", "page_of", "viewed", "wanted", "when_of"]

USUAL, USUAL_FOR_PEOPLE, MOST_FOR_PEOPLE = 1000, 100, 1000
_MAX = 2**63 - 1
Uri = Annotated[str | None, Query(max_length=200)]


@dataclass(frozen=True)
class Clock:
    """The deployment's zone, and the time now as the database has it."""

    zone: ZoneInfo
    now: datetime


@dataclass(frozen=True)
class Viewed:
    """In which system features are told, of which time, and which of their columns."""

    crs: str | None
    datetime: str | None
    known_at: str | None
    properties: str | None


@dataclass(frozen=True)
class Wanted:
    """Which features are asked for. values: columns by name with the value they are to have; own: all other names."""

    limit: int | None
    offset: int
    after: int
    bbox: str | None
    bbox_crs: str | None
    filter: str | None
    filter_lang: Language
    filter_crs: str | None
    values: Mapping[str, str]
    own: Sequence[str]


def viewed(
    crs: Annotated[str | None, Query(max_length=200, description="答复的坐标系(URI),缺为 CRS84")] = None,
    datetime: Annotated[str | None, Query(max_length=100, description="哪天有效的:时刻或时段 起/止;缺为今天")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按当时所知,缺为现在")] = None,
    properties: Annotated[str | None, Query(max_length=2000, description="只要这些列,以逗号分隔")] = None,
) -> Viewed:
    """The parameters that pages of features and single features have in common."""
    return Viewed(crs, datetime, known_at, properties)


def wanted(
    request: Request,
    limit: Annotated[int | None, Query(ge=1, description=f"至多多少个,缺为 {USUAL},至多 {PAGE_FEATURES}")] = None,
    offset: Annotated[int, Query(ge=0, le=2**31 - 1, description="跳过多少个;翻页宜用链接 next")] = 0,
    after: Annotated[int, Query(ge=0, le=_MAX, description="上一页最后的要素编号,见链接 next")] = 0,
    bbox: Annotated[str | None, Query(max_length=300, description="范围:西,南,东,北")] = None,
    bbox_crs: Annotated[str | None, Query(alias="bbox-crs", max_length=200, description="范围的坐标系")] = None,
    filter: Annotated[str | None, Query(max_length=8192, description="过滤条件,CQL2")] = None,
    filter_lang: Annotated[Language, Query(alias="filter-lang", description="过滤条件的写法")] = LANGUAGES[0],
    filter_crs: Annotated[str | None, Query(alias="filter-crs", max_length=200, description="条件中图形所用")] = None,
) -> Wanted:
    """The parameters that choose features; every other one is a column. Raises BadInput for one that is given twice."""
    given = request.query_params.multi_items()
    names = [name for name, _ in given]
    if (twice := next((name for name in names if names.count(name) > 1), None)) is not None:
        raise BadInput(f"查询参数 {shown(twice)} 给了多次:请只给一次。")
    own = parameter_names(request.scope["route"])
    values = {name: value for name, value in given if name not in own}
    return Wanted(limit, offset, after, bbox, bbox_crs, filter, filter_lang, filter_crs, values, own)


def page_of(asked: Wanted, format: str) -> Page:
    """Which of the rows are answered. A file holds all of them where no limit is named, a page for people fewer.

    What is asked for above the most is the most, as the standard has it.
    """
    usual = {"json": USUAL, "html": USUAL_FOR_PEOPLE}.get(format, FILE_FEATURES)
    most = {"json": PAGE_FEATURES, "html": MOST_FOR_PEOPLE}.get(format, FILE_FEATURES)
    return Page(min(asked.limit or usual, most), asked.after, asked.offset)


def when_of(asked: Viewed, layer: Layer, columns: Columns, clock: Clock, connection: Connection) -> When | None:
    """When features are asked about; None for what is true today and known now. Raises BadInput.

    A layer that is worked out anew keeps no history: of it only times that touch today can be asked.
    """
    if asked.datetime is None and asked.known_at is None:
        return None
    today = clock.now.astimezone(clock.zone).date()
    days = Days(today, today) if asked.datetime is None else days_of(asked.datetime, clock.zone)
    known_at = instant(asked.known_at, "known_at", clock.zone)
    if columns.kept:
        refuse_before_known(connection, known_at, layer.table, layer.title.zh)
        return When(days, known_at and min(known_at, clock.now))
    if known_at or not ((days.first or today) <= today <= (days.last or today)):
        raise BadInput(f"图层“{layer.title.zh}”由平台推算,不存历史:只有今天的,请去掉 datetime 与 known_at。")
    return None


def names_of(asked: Viewed, columns: Columns, layer: Layer) -> Sequence[str] | None:
    """The columns that are to be told; None for all. Raises BadInput for one that there is not."""
    if asked.properties is None:
        return None
    names = [name.strip() for name in asked.properties.split(",") if name.strip()]
    if (unknown := next((name for name in names if name not in columns.shown), None)) is not None:
        raise BadInput(f"图层“{layer.title.zh}”没有列 {shown(unknown)}:可用的有 {'、'.join(columns.shown)}。")
    return names


def conditions_of(asked: Wanted, columns: Columns, systems: Systems, zone: ZoneInfo) -> list[Condition]:
    """What is asked of each row: box, filter and values. Raises BadInput, also for a parameter that is no column."""
    _refuse_unknown(asked, columns)
    found = with_values(asked.values, columns.shown, zone)
    box_system, system = systems.named(asked.bbox_crs, "bbox-crs"), systems.named(asked.filter_crs, "filter-crs")
    if asked.bbox is not None:
        found.append(inside(read_box(asked.bbox, box_system)))
    if asked.filter is not None:
        found.append(condition(asked.filter, columns.shown, language=asked.filter_lang, system=system))
    return found


def _refuse_unknown(asked: Wanted, columns: Columns) -> None:
    queryable = [name for name, column in columns.shown.items() if kind_of(column)]
    for name in asked.values:
        if name not in queryable:
            raise BadInput(
                f"不认识查询参数 {shown(name)}:可用的有 {'、'.join(asked.own)},以及列 {'、'.join(queryable)}。"
            )
