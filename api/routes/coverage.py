"""Coverage: how much of each line, area or point was seen in a period, what was not, and who saw what when."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, check_read, require
from api.answers.times import said
from api.coverage.anew import sightings_for
from api.coverage.asked import Asked, coverage_layer, line_layer
from api.coverage.formats import MEDIA, WRITERS, Format
from api.coverage.lines import line_coverage, side_unknown_m, timeline
from api.coverage.pieces import By, pieces_by
from api.coverage.told import piece_of, told_of
from api.coverage.whole_answer import whole_answer
from api.duties.asked import Wish, asked_of
from api.patrols.pseudonyms import code_told
from api.veil.seen import seen_on_duty
from api.veil.whose import sees_all
from layers.catalogue import ROLES, Layer
from layers.errors import NotFound

router = APIRouter(tags=["巡查"])
LayerId = Annotated[str, Path(max_length=100, description="图层,如 bank、road、grid")]
# What was seen is worked out from real patrols, so it is never open to those without a token.
AnyReader = Annotated[Reader, require(*ROLES, open=Open.SAMPLE)]
Row = Mapping[str, Any]


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


@router.get("/coverage/{layer}", summary="图层在一个时段内的巡查覆盖")
def coverage_of(
    layer: LayerId,
    request: Request,
    reader: AnyReader,
    wish: Wished,
    code: Annotated[str | None, Query(max_length=200, description="只要这个目标")] = None,
    by: Annotated[By, Query(description="按目标、责任段、社区、水体或岗位汇总")] = "target",
    geometry: Annotated[bool, Query(description="是否画出未见部分")] = False,
    format: Annotated[Format, Query(description="json、geojson、csv 或 parquet(GeoParquet)")] = "json",
) -> Response:
    """For each target its length, what was seen of it, when last, and the ranges not seen, in metres of chainage.

    `seen_m` and `share` are nominal; the truth lies between `…_sure` and `…_possible` if every fix keeps to its
    error. Without `from` or `to` the period is open on that side. A patrol belongs to the period in
    which it starts, with all that it saw, and is never cut. A place that no post answers for has no code.
    A reach that was stored after tracks were erased is told from then on: an earlier period is refused with that date;
    with a duty, what it was not seen of is unknown, and `known_since` says the date.
    With a duty that asks for the same side of the water, the banks it covers are told, as seen from their own side;
    `side_unknown_m` of what was seen is by patrols whose tracks were gone before anyone asked for the side.

    Of areas and points, each with its visits and dwell: grids by the length of the roads inside, other areas by their
    surface, where `seen_m2` is what was seen at least and may be `error_m2` more, points by whether and how near.
    """
    gate: Gate = request.app.state.gate
    asked_layer = coverage_layer(gate.catalogue, layer)
    check_read(reader, asked_layer)
    if not asked_layer.lines:
        with gate.database.transaction(reader) as connection:
            asked = _asked(connection, gate, asked_layer, wish, (code,) if code else None)
            return whole_answer(connection, gate.catalogue, asked, by, (geometry, format))
    drawn = geometry or format in ("geojson", "parquet")
    # A read-only transaction may not make any table, not even one of its own.
    with gate.database.transaction(reader, write=wish.anew) as connection:
        asked = _asked(connection, gate, asked_layer, wish, (code,) if code else None)
        pieces_asked, sightings = pieces_by(connection, asked, by), sightings_for(connection, asked)
        rows = line_coverage(connection, asked, pieces_asked, sightings=sightings, geometry=drawn)
        unsure = {"side_unknown_m": side_unknown_m(connection, asked, pieces_asked)} if asked.sided else {}
    told = told_of(asked, by)
    pieces = [piece_of(row, by, drawn=drawn) for row in rows]
    if format != "json":
        return Response(WRITERS[format](told, pieces), media_type=MEDIA[format], headers=_saved_as(asked, format))
    totals = {name: sum(row[name] for row in rows) for name in ("length_m", "seen_m")}
    return JSONResponse({**told, **totals, **unsure, "targets": [_shown(piece, geometry) for piece in pieces]})


@router.get("/coverage/{layer}/{code}/timeline", summary="一条线的桩号-时间图")
def timeline_of(
    layer: LayerId,
    code: Annotated[str, Path(max_length=200, description="目标编码")],
    request: Request,
    reader: AnyReader,
    wish: Wished,
) -> JSONResponse:
    """Chainage against time: every range of the line that a patrol saw, from when to when, in order of time.

    Times hold to within 60 s for every metre of their range. Ranges marked `carried` came over from an older line.
    Whose patrol it was is told to those alone who may know it: one after another, ranges are where somebody went.
    An analyst reads the name that /patrols has for it.

    To those who may not see persons, ranges that were not wholly seen within the patrol's hours of duty are left out:
    `outside_duty_left_out` is then true. The hours are those that `GET /patrols/{code}` clips legs to. What was seen
    outside counts in /coverage all the same.
    """
    gate: Gate = request.app.state.gate
    asked_layer = line_layer(gate.catalogue, layer)
    check_read(reader, asked_layer)
    veiled = not sees_all(reader)
    with gate.database.transaction(reader, write=wish.anew) as connection:
        asked = _asked(connection, gate, asked_layer, wish, (code,))
        sightings = sightings_for(connection, asked)
        whole = line_coverage(connection, asked, sightings=sightings)
        if not whole:
            raise NotFound(f"图层 {layer} 没有编码为 {code[:80]!r} 的目标:可用的见 /coverage/{layer}。")
        seen: Sequence[Row] = timeline(connection, asked, sightings=sightings)
        if veiled:
            seen = seen_on_duty(connection, seen)
    lengths = {name: whole[0][name] for name in ("code", "name", "length_m")}
    told = {**told_of(asked, "target"), **lengths, "outside_duty_left_out": veiled}
    return JSONResponse({**told, "sightings": [_sighting(row, reader) for row in seen]})


def _asked(connection: Connection, gate: Gate, layer: Layer, wish: Wish, codes: tuple[str, ...] | None) -> Asked:
    return asked_of(connection, gate.catalogue, layer, wish, reaches_m=gate.settings.reaches_m, codes=codes)


def _shown(piece: dict[str, Any], geometry: bool) -> dict[str, Any]:
    hidden = set() if geometry else {"seen_geometry", "unseen_geometry"}
    return {name: value for name, value in piece.items() if name not in hidden}


def _sighting(row: Row, reader: Reader) -> dict[str, Any]:
    plainly = sees_all(reader)
    named = plainly or "analyst" in reader.roles
    return {
        "from_m": float(row["from_m"]),
        "to_m": float(row["to_m"]),
        "first_seen": said(row["first_at"]),
        "last_seen": said(row["last_at"]),
        "carried": row["carried"],
        "mode": row["mode"],
        **({"patrol": row["patrol"] if plainly else code_told(row["patrol"], row["patrol_id"])} if named else {}),
        **({"post": row["post"]} if named else {}),
    }


def _saved_as(asked: Asked, format: Format) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="coverage-{asked.layer.id}.{format}"'}
