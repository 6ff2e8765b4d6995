"""Any layer in figures, and what moved in it: what Monday's dispatch reads."""

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.access.columns import Column, Columns, columns_of
from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, check_read, require
from api.answers.forms import in_forms
from api.answers.times import said
from api.answers.wording import shown
from api.coverage.known import refuse_before_known
from api.figures.changes import Changes, Term, changes_of, term_of
from api.figures.names import words_of
from api.figures.sheets import change_tables, sum_tables
from api.figures.sums import Page, Sums, When, sums_of, target_of
from api.figures.tables import CSV, XLSX, Table, table_answer
from api.tracks.moments import instant
from layers import query
from layers.catalogue import ROLES, Layer
from layers.errors import BadInput

router = APIRouter(tags=["图层"])
AnyReader = Annotated[Reader, require(*ROLES, open=Open.READ)]
LayerId = Annotated[str, Path(max_length=100, description="图层标识,如 grid")]
Format = Annotated[Literal["json", "csv", "xlsx"], Query(description="json、csv 或 xlsx")]
MOST_GROUPS = 10_000
MOST_CHANGES = 10_000
AHEAD = "止于将来:已登记、到时生效或失效的也计入。"


class Clock(NamedTuple):
    """The deployment's zone, and the time now as the database has it."""

    zone: ZoneInfo
    now: datetime


@router.get(
    "/layers/{layer}/summary", summary="一个图层的汇总:数量、长度、面积(亩)、任务", responses=in_forms(CSV, XLSX)
)
def summary(
    layer: LayerId,
    request: Request,
    reader: AnyReader,
    by: Annotated[str | None, Query(max_length=100, description="按这一列的值分组,如 state;缺为合计")] = None,
    at: Annotated[str | None, Query(max_length=40, description="哪一天有效的,缺为今天")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按当时所知,缺为现在")] = None,
    format: Format = "json",
    limit: Annotated[int, Query(ge=1, le=MOST_GROUPS, description="至多多少组")] = 1000,
    offset: Annotated[int, Query(ge=0, le=2**31 - 1, description="跳过多少组:上一页的 next")] = 0,
) -> Response:
    """How many features of a layer are true on a day, how long its lines are, how large its areas (m², ha, 亩), and
    what its amounts come to: in all, and for each value of a column.

    Lengths are measured in the metric system, areas on the ellipsoid; each feature is rounded to 0.1 mm or cm² and then
    summed exactly, so that the groups add up to the whole. A length is null where there is no line, an area where there
    is no area; areas that lie over one another, as street, villages and units do, have sizes by that column alone, and
    none in all: `note` says so. `amounts`: the sum of each numeric column whose comment ends in a unit that adds up,
    such as (亩), of what is stated; null where nothing is. Where a layer has yearly targets, as farmland has by
    village, the target of that year stands among them: in all, and by the column that it is set by, also for a village
    that has no plot yet. By another column it cannot be divided, and is null.

    Groups come in the order of an enumeration, else of the values; what states none is a group of its own, the last,
    its `value` null. `words`: what the value is called. Where there are more than `limit`, `truncated` says so and
    `next` is the `offset` of the next page; give `known_at` with it, and no edit comes between the pages.

    `known_at` as of when it is told: asked for again, the answer is the same a year later (targets alone have no
    history). A layer that is worked out anew, as last_seen is, has only today.
    """
    gate: Gate = request.app.state.gate
    asked = gate.catalogue[layer]
    check_read(reader, asked)
    with gate.database.transaction(reader) as connection:
        columns, clock = columns_of(connection, asked, reader).stored, _clock(connection)
        column = None if by is None else _column(columns, by, asked)
        when = _when(connection, asked, columns, clock, at=at, known_at=known_at)
        sums = sums_of(connection, asked, columns, when, by=column, page=Page(offset, limit))
        words = words_of(connection, column, [one["value"] for one in sums.groups], when) if column else []
        target = target_of(connection, asked, columns)
    amounts = [*columns.amounts, *(target.amounts if target else ())]
    told = _summary(asked, when, sums, words, column) | {"next": None}
    told["note"] = _note(asked, columns, past_target=target is not None and known_at is not None)
    told["columns"] = {one.name: one.words for one in (*([column] if column else []), *amounts)}
    if offset + len(sums.groups) < sums.group_count and sums.groups:
        told |= {"next": offset + limit, "truncated": True}
    fixed = {"at": told["at"], "known_at": told["known_at"]} if columns.kept else {}
    return _answered(told, sum_tables(told, amounts), format, request, {**fixed, "offset": told["next"]})


@router.get("/layers/{layer}/changes", summary="一个图层的变化:新增、移除、变更", responses=in_forms(CSV, XLSX))
def changes(
    layer: LayerId,
    request: Request,
    reader: AnyReader,
    start: Annotated[str | None, Query(alias="from", max_length=40, description="起,含;缺为 to 之前 7 天")] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="止,不含;缺为现在")] = None,
    format: Format = "json",
    limit: Annotated[int, Query(ge=1, le=MOST_CHANGES, description="至多多少个要素")] = 1000,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="上一页的 next")] = 0,
) -> Response:
    """What moved in a layer from one time to another: how it stood just before `from`, against just before `to`.

    How it stood: what was then believed to be true on that day. So a feature is told when it was entered, edited or
    deleted in the period, and also when something known long before came into force or ran out in it (`how`:
    in_force, ended). What was entered for a later day is told in the period in which that day lies; what was corrected
    of a past that is over, and what was changed and changed back, moved nothing and is not told. Applied to how it
    stood before, the changes give how it stood after, and periods that adjoin add up.

    A feature is told once, whatever was done to it: `edits` says how often, `known_from` when last, `editions` which
    imports did it, `made_by` who, to those who may see persons (who deleted something is on no record). A new row of
    the same code that succeeds one that ends is the same feature, altered. `fields`: what differs, before and after,
    with the words of enumerations; `properties`: the fields of what was added, or was removed. `redrawn`: the shape
    differs; `moved_m` by how far at most, any vertex of one from the other (null for a pair of thousands of vertices);
    length and area before and after, as in the summary. `counts` is of all changes; where there are more than `limit`,
    `truncated` says so and `next` is the `after` of the next page.

    The tables have a row a changed field, the shape being the field geom, and one a feature that came or went.
    A layer that is worked out anew, as last_seen is, keeps no history and is refused.
    """
    gate: Gate = request.app.state.gate
    asked = gate.catalogue[layer]
    check_read(reader, asked)
    with gate.database.transaction(reader) as connection:
        columns, clock = columns_of(connection, asked, reader).stored, _clock(connection)
        if not columns.kept:
            raise BadInput(f"图层“{asked.title.zh}”由平台推算,不存历史,说不出变化:请看推算它的图层或 /coverage。")
        term = term_of(start, end, clock.zone, clock.now)
        found = changes_of(connection, asked, columns, term, after=after, limit=limit)
    told = _changes(asked, columns, term, found, clock)
    fixed = {name: told[name] for name in ("from", "to")}
    return _answered(told, change_tables(told), format, request, {**fixed, "after": told["next"]})


def _clock(connection: Connection) -> Clock:
    facts = query.rows(connection, "deployment/deployment_facts")[0]
    return Clock(ZoneInfo(facts["timezone"]), facts["now"])


def _column(columns: Columns, name: str, layer: Layer) -> Column:
    try:
        return columns.shown[name]
    except KeyError:
        names = "、".join(columns.shown)
        raise BadInput(f"图层“{layer.title.zh}”不能按 {shown(name)} 分组:可用的列有 {names}。") from None


def _when(
    connection: Connection, layer: Layer, columns: Columns, clock: Clock, *, at: str | None, known_at: str | None
) -> When:
    known = instant(known_at, "known_at", clock.zone)
    day = (instant(at, "at", clock.zone) or clock.now.astimezone(clock.zone)).date()
    if columns.kept:
        refuse_before_known(connection, known, layer.table, layer.title.zh)
    elif known or day != clock.now.astimezone(clock.zone).date():
        raise BadInput(f"图层“{layer.title.zh}”由平台推算,不存历史:只有今天的,请去掉 at 与 known_at。")
    return When(day, min(known or clock.now, clock.now))


def _summary(
    layer: Layer, when: When, sums: Sums, words: list[dict[str, str] | None], by: Column | None
) -> dict[str, Any]:
    groups = [{"value": one["value"], "words": word, **one} for one, word in zip(sums.groups, words, strict=True)]
    return {
        "layer": layer.id,
        "title": layer.title._asdict(),
        "at": when.day.isoformat(),
        "known_at": said(when.known_at),
        "by": by and by.name,
        "total": sums.total,
        "groups": groups,
        "group_count": sums.group_count,
        "truncated": False,
    }


def _note(layer: Layer, columns: Columns, *, past_target: bool) -> str | None:
    """What is to be known about the figures."""
    overlaid = columns.shown.get(layer.overlaid) if layer.overlaid else None
    notes = [
        f"各{overlaid.zh}的{layer.title.zh}互相重叠,面积只按 by={overlaid.name} 给出,不作合计。" if overlaid else "",
        "任务没有历史,按现在所存。" if past_target else "",
    ]
    return "".join(notes) or None


def _changes(layer: Layer, columns: Columns, term: Term, found: Changes, clock: Clock) -> dict[str, Any]:
    persons = "made_by" in columns.shown
    return {
        "layer": layer.id,
        "title": layer.title._asdict(),
        "from": said(term.start, clock.zone),
        "to": said(term.end, clock.zone),
        "known_at": said(min(term.end, clock.now), clock.zone),
        "note": AHEAD if term.end > clock.now else None,
        "counts": found.counts,
        "changes": [_change(row, columns, persons=persons) for row in found.rows],
        "persons": persons,
        "truncated": found.more,
        "next": found.rows[-1]["id"] if found.more else None,
    }


def _change(row: dict[str, Any], columns: Columns, *, persons: bool) -> dict[str, Any]:
    fields = [_field(columns.shown[name], *values) for name, values in row["fields"].items()]
    told = {**row, "fields": fields}
    return told if persons else {name: value for name, value in told.items() if name != "made_by"}


def _field(column: Column, before: Any, after: Any) -> dict[str, Any]:
    words = {"before_words": column.said(before), "after_words": column.said(after)}
    return {"field": column.name, **column.words, "before": before, "after": after, **words}


def _answered(
    told: dict[str, Any], tables: list[Table], format: str, request: Request, following: dict[str, Any]
) -> Response:
    """The answer in the form asked for, with a link to the next page where there is one. following: what that asks."""
    answer = JSONResponse(told) if format == "json" else table_answer(tables[0], format, tables[1:])
    if told["next"] is not None:
        url = request.url.include_query_params(**following)
        answer.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return answer
