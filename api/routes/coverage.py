"""Coverage: how much of each line, area or point was seen in a period, what was not, and who saw what when."""

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, check_read, require
from api.access.turns import Heavy
from api.answers.forms import in_forms
from api.coverage.anew import sightings_for
from api.coverage.asked import Asked, coverage_layer, line_layer
from api.coverage.formats import MEDIA, WRITERS, Format
from api.coverage.known import refuse_before_known
from api.coverage.lines import line_coverage, side_unknown_m, timeline
from api.coverage.pieces import OVERLAPPING, By, pieces_by
from api.coverage.places import targets_of
from api.coverage.told import Tell, piece_of, told_of
from api.coverage.whole_answer import Cut, whole_answer
from api.duties.asked import Wish, asked_of
from api.duties.held import held_by
from api.sightings.targets import read_city
from api.tracks.moments import instant
from api.veil.moments import refuse_instants, told_moment
from api.veil.seen import told_timeline
from api.veil.whose import sees_all
from layers.catalogue import ROLES, Layer
from layers.errors import NotFound

router = APIRouter(tags=["巡查"])
LayerId = Annotated[str, Path(max_length=100, description="图层,如 bank、road、grid")]
# What was seen is worked out from real patrols, so it is never open to those without a token.
AnyReader = Annotated[Reader, require(*ROLES, open=Open.SAMPLE)]
TOTALS = ("length_m", "seen_m", "unknown_m")


def wished(
    start: Annotated[str | None, Query(alias="from", max_length=40, description="起,含;日期或时间")] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="止,不含;日期或时间")] = None,
    reach_m: Annotated[
        float | None,
        Query(gt=0, le=10_000, allow_inf_nan=False, description="可视距离(米);未存储的值由定位点现算,要慢些"),
    ] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按当时所知;日期或时间,缺为现在")] = None,
    duty: Annotated[str | None, Query(max_length=200, description="只计此职责的时段、方式与履职人")] = None,
) -> Wish:
    """The query parameters that say which sightings count."""
    return Wish(start, end, reach_m, known_at, duty)


Wished = Annotated[Wish, Depends(wished)]


@router.get("/coverage/{layer}", summary="图层在一个时段内的巡查覆盖", responses=in_forms(*MEDIA.values()))
def coverage_of(
    layer: LayerId,
    request: Request,
    reader: AnyReader,
    turn: Heavy,
    wish: Wished,
    code: Annotated[str | None, Query(max_length=200, description="只要这个目标")] = None,
    by: Annotated[By, Query(description="按目标、责任段、社区、水体或岗位汇总")] = "target",
    geometry: Annotated[bool, Query(description="是否画出未见部分")] = False,
    format: Annotated[Format, Query(description="json、geojson、csv 或 parquet(GeoParquet)")] = "json",
) -> Response:
    """For each target its length, what was seen of it, when last, and the ranges not seen, in metres of chainage.

    `seen_m` and `share` are nominal; the truth lies between `…_sure` and `…_possible` if every fix keeps to its
    error. Without `from` or `to` the period is open on that side. A patrol belongs to the period in
    which it starts, with all that it saw, and is never cut. `last_seen` is the last time up to the period's end, be it
    before its start. A place that no post answers for has no code.
    A reach that was stored after tracks were erased is told from then on: an earlier period is refused with that date;
    with a duty, what it was not seen of is unknown, and `known_since` says the date.
    With a duty, `duty`, `rule` and `citation` name it, as it is today.
    With one that asks for the same side of the water, the banks it covers are told, as seen from their own side;
    `side_unknown_m` of what was seen is by patrols whose tracks were gone before anyone asked for the side.
    By post, banks are cut as their reaches name posts; of other layers each post has what the duties in force on the
    day have it answer for. What two posts, or two communities, share is in both, and once in the totals.
    A period that has not begun as of `known_at` is marked `future`: nothing is known of it.

    Of areas and points, each with its visits and dwell: grids by the length of the roads inside, other areas by their
    surface, where `seen_m2` is what was seen at least and may be `error_m2` more, points by whether and how near.
    `count` and `never_visited` are of the cells of the grid that hold no other.

    Who may not see persons, an analyst among them, reads `last_seen` as the local day, and asks by whole days: a time
    within a day, in `from`, `to` or `known_at`, is refused. Off duty and on, both would tell when somebody was where.
    """
    gate: Gate = request.app.state.gate
    asked_layer = coverage_layer(gate.catalogue, layer)
    check_read(reader, asked_layer)
    # A read-only transaction may not make any table, not even one of its own.
    with gate.database.transaction(reader, write=wish.anew and asked_layer.lines) as connection:
        asked = question(connection, gate, (reader, asked_layer), wish, code)
        tell = partial(told_moment, reader, zone=read_city(connection).zone)
        cut = Cut(by, held_by(connection, gate.catalogue, asked, by))
        if not asked_layer.lines:
            return whole_answer(connection, gate.catalogue, asked, cut, (geometry, format), tell=tell)
        return _lines_answer(connection, asked, cut, (geometry, format), tell=tell)


def _lines_answer(
    connection: Connection, asked: Asked, cut: Cut, shown: tuple[bool, Format], *, tell: Tell
) -> Response:
    (geometry, format), by = shown, cut.by
    drawn = geometry or format in ("geojson", "parquet")
    pieces, sightings = pieces_by(connection, asked, *cut), sightings_for(connection, asked)
    rows = line_coverage(connection, asked, pieces, sightings=sightings, geometry=drawn)
    told, told_pieces = told_of(asked, by, tell), [piece_of(row, by, drawn=drawn, tell=tell) for row in rows]
    if format != "json":
        body = WRITERS[format](told, told_pieces)
        return Response(body, media_type=MEDIA[format], headers=_saved_as(asked, format))
    # What pieces share counts once in all.
    whole = line_coverage(connection, asked, sightings=sightings) if by in OVERLAPPING else rows
    totals = {name: sum(row[name] for row in whole) for name in TOTALS}
    unsure = {"side_unknown_m": side_unknown_m(connection, asked, pieces)} if asked.sided else {}
    return JSONResponse({**told, **totals, **unsure, "targets": [_shown(piece, geometry) for piece in told_pieces]})


@router.get("/coverage/{layer}/{code}/timeline", summary="一条线的桩号-时间图")
def timeline_of(
    layer: LayerId,
    code: Annotated[str, Path(max_length=200, description="目标编码")],
    request: Request,
    reader: AnyReader,
    turn: Heavy,
    wish: Wished,
    bound: Annotated[Literal["sure", "nominal", "possible"], Query(description="必见、标称或或见")] = "nominal",
) -> JSONResponse:
    """Chainage against time: every range of the line that a patrol saw, from when to when, in order of time.

    Times hold to within 60 s for every metre of their range. Ranges marked `carried` came over from an older line.

    Who may see persons reads all, with the patrol's code and its post. An analyst reads what legs show, too: the ranges
    that were wholly seen within the patrol's hours of duty, cut to the street's area of the day, with their instants
    and the name that /patrols has for the patrol. Others read of these by the local day what was seen on it, by which
    mode, nothing of who went, when or in which order. `outside_duty_left_out` is then true, for both. The hours and
    the area are those that `GET /patrols/{code}` clips legs to; what was seen outside counts in /coverage all the
    same. `from`, `to` and `known_at` are whole days for them, as in /coverage.
    """
    gate: Gate = request.app.state.gate
    asked_layer = line_layer(gate.catalogue, layer)
    check_read(reader, asked_layer)
    with gate.database.transaction(reader, write=wish.anew) as connection:
        asked = question(connection, gate, (reader, asked_layer), wish, code)
        sightings = sightings_for(connection, asked)
        (whole,) = line_coverage(connection, asked, sightings=sightings)
        rows = timeline(connection, asked, sightings=sightings, bound=bound)
        seen = told_timeline(connection, reader, rows, targets_of(connection, asked)[1][0])
        tell = partial(told_moment, reader, zone=read_city(connection).zone)
    lengths = {name: whole[name] for name in ("code", "name", "length_m")} | {"bound": bound}
    told = {**told_of(asked, "target", tell), **lengths, "outside_duty_left_out": not sees_all(reader)}
    return JSONResponse({**told, "sightings": seen})


def question(connection: Connection, gate: Gate, by: tuple[Reader, Layer], wish: Wish, code: str | None) -> Asked:
    """The question, once the reader may put it so, and the one target that is asked for, if any, is known then."""
    reader, layer = by
    zone = read_city(connection).zone
    times = {"from": wish.start, "to": wish.end, "known_at": wish.known_at}
    refuse_instants(reader, {name: instant(text, name, zone) for name, text in times.items()}, zone)
    codes = None if code is None else (code,)
    asked = asked_of(connection, gate.catalogue, layer, wish, reaches_m=gate.settings.reaches_m, codes=codes)
    refuse_before_known(connection, asked.known_at, layer.table, f"图层 {layer.id} ")
    if code is not None and not len(targets_of(connection, asked)[0]):
        then = "当时" if asked.known_at else ""
        raise NotFound(f"图层 {layer.id} {then}没有编码为 {code[:80]!r} 的目标:可用的见 /coverage/{layer.id}。")
    return asked


def _shown(piece: dict[str, Any], geometry: bool) -> dict[str, Any]:
    hidden = set() if geometry else {"seen_geometry", "unseen_geometry", "unknown_geometry"}
    return {name: value for name, value in piece.items() if name not in hidden}


def _saved_as(asked: Asked, format: Format) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="coverage-{asked.layer.id}.{format}"'}
