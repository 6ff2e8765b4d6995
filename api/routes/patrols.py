"""Patrols: opening one, handing in a track, which there are, one of them, and how far behind sightings are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import PUBLIC, require
from api.answers.forms import KNOWN, in_forms
from api.answers.times import said
from api.database import Operator
from api.duties.credited import credits_told
from api.figures.tables import CSV, XLSX, table_answer
from api.limits import MAX_FEATURES
from api.patrols.accept import MAX_CODE, Outing, Stored
from api.patrols.assigned import check_assigned
from api.patrols.backlog import Worker, read_lag
from api.patrols.datum import datum_told
from api.patrols.handed import HandedTrack
from api.patrols.opening import open_patrol
from api.patrols.pseudonyms import make_names
from api.patrols.receipt import Receipt
from api.patrols.saw import try_out
from api.patrols.sent import FILES, SentBody, outing_sent
from api.patrols.sheet import patrol_table
from api.patrols.told import cleaning_told, told_plainly, told_row
from api.sightings.sighting import Seen
from api.sightings.targets import read_city
from api.tracks.bodies import plain
from api.tracks.moments import FORM, period, unix_s, whole_days
from api.tracks.read import Pace
from api.tracks.track import RawTrack
from api.veil.found import found_for, may_see
from api.veil.listed import SEES_PATROLS, patrol_rows, sees_persons
from api.veil.veiled import told_veiled, veiled_rows
from api.veil.whose import only_own
from layers.errors import BadInput, TooLarge

router = APIRouter(tags=["巡查"])
_SERVER = Operator("huashan")
AT_ONCE = 20_000
"""A track of so many fixes is worked out before it is answered; its fixes are safe before that all the same."""
Watcher = Annotated[Reader, SEES_PATROLS]
_BODY = {
    "requestBody": {
        "required": True,
        "description": "一次巡查:JSON 对象,可含全部定位点,也可稍后用 /patrols/{code}/fixes 分批传;"
        "或一条轨迹的 GPX、GeoJSON、CSV 文件原文(此时其余说明写在查询参数里)。可用 gzip 压缩(Content-Encoding)",
        "content": {
            "application/json": {"schema": HandedTrack.model_json_schema()},
            **{kind: {"schema": {"type": "string"}} for kind in FILES},
        },
    }
}


@dataclass(frozen=True)
class Told:
    """What the query parameters say of a track that comes as a file."""

    outing: Outing
    start: str | None
    speed_mps: float
    track: int | None


def told(
    mode: Annotated[Literal["foot", "bicycle", "car", "boat", "drone"], Query(description="巡查方式")] = "foot",
    datum: Annotated[Literal["wgs84", "gcj02", "bd09"], Query(description="坐标基准")] = "wgs84",
    device: Annotated[str | None, Query(max_length=200, description="设备,用于文件未写明者")] = None,
    crew: Annotated[str | None, Query(max_length=200, description="巡查组")] = None,
    post: Annotated[str | None, Query(max_length=200, description="责任岗位编码")] = None,
    start: Annotated[str | None, Query(max_length=40, description="没有时间的轨迹从何时开始")] = None,
    speed_mps: Annotated[float, Query(gt=0, le=300, description="没有时间的轨迹的速度(米/秒)")] = 1.4,
    track: Annotated[int | None, Query(ge=1, le=10_000, description="文件里有几条轨迹时,要第几条")] = None,
) -> Told:
    """The query parameters of a file's track, gathered."""
    return Told(Outing(mode=mode, datum=datum, device=device, crew=crew, post_code=post), start, speed_mps, track)


@router.post("/patrols", summary="登记一次巡查,可连同轨迹", status_code=201, responses=KNOWN, openapi_extra=_BODY)
async def hand_in(
    request: Request,
    reader: Annotated[Reader, require("patroller", "dispatcher")],
    told: Annotated[Told, Depends(told)],
    dry_run: Annotated[bool, Query(description="是否只试看而不入库")] = False,
) -> JSONResponse:
    """Open a patrol, or take in its whole track, once: 201 when it is new, 200 when it came before.

    Its fixes are stored for good before anything else; with an account of every one. `worked_out` says whether legs and
    sightings are in the answer, or follow.

    With `dry_run` a track is taken in and worked out the same way and then undone: 200, `dry_run`, and `saw` as
    `GET /patrols/{code}/saw` would tell it; null where there would be no new patrol, or it is there as somebody else's.
    `tracks`: how many the file holds.
    """
    sent = await read_body(request)
    if dry_run:
        return JSONResponse(await run_in_threadpool(_try_out, request, reader, told, sent))
    receipt, zone = await run_in_threadpool(_take_in, request, reader, told, sent)
    new = receipt.status in ("accepted", "opened")
    return JSONResponse(_receipt(receipt, zone, _line_layers(request)), status_code=201 if new else 200)


@router.get("/patrols", summary="巡查列表", responses=in_forms(CSV, XLSX))
def patrols(
    request: Request,
    reader: Watcher,
    start: Annotated[str | None, Query(alias="from", max_length=40, description="开始时间,含;日期或时间")] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="开始时间,不含;日期或时间")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_FEATURES, description="至多多少次")] = 1000,
    format: Annotated[Literal["json", "csv", "xlsx"], Query(description="json、csv 或 xlsx")] = "json",
) -> Response:
    """Patrols that started in the period, the newest first; a patroller's own.

    An analyst is told them as `GET /patrols/{code}` tells one, without lengths; the period then takes whole days.
    As CSV or XLSX they come all at once, in words, for people, times on the deployment's clocks.
    """
    gate: Gate = request.app.state.gate
    persons = sees_persons(reader)
    with gate.database.transaction(reader) as connection:
        city = read_city(connection)
    asked = period(start, end, city.zone)
    if not persons:
        asked = whole_days(asked, city.zone)
        make_names(gate.database, asked)
    with gate.database.transaction(reader) as connection:
        found = patrol_rows(connection, reader, asked, limit if format == "json" else MAX_FEATURES + 1)
        told = [told_row(row) for row in found] if persons else veiled_rows(connection, found, city)
        if format != "json":
            return table_answer(patrol_table(connection, told, city.zone), format)
    return JSONResponse({"patrols": told})


@router.get("/patrols/lag", summary="所见滞后多少", dependencies=[PUBLIC])
def lag(request: Request) -> JSONResponse:
    """How many fixes are stored whose sightings are not worked out yet, and how long the oldest has waited."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(_SERVER) as connection:
        found = read_lag(connection)
    return JSONResponse(
        {
            "pending_patrols": found.patrols,
            "pending_fixes": found.fixes,
            "oldest_s": found.oldest_s,
            "oldest_received_at": said(found.oldest_received_at),
            "failing_patrols": found.failing,
        },
        headers={"Cache-Control": "no-store"},
    )


@router.get("/patrols/{code}", summary="一次巡查")
def patrol(
    code: Annotated[str, Path(max_length=MAX_CODE, description="编码")], request: Request, reader: Watcher
) -> JSONResponse:
    """One patrol: what it saw of lines and visited, what it is credited with, its flags in words, how it was cleaned.

    The code of one that was corrected, or became part of another by late positions, leads to what it is now.

    `datum` says in which the positions turned out to be, and how sure that is. `sightings` says up to which fix they
    are worked out, and what is still waiting. `legs` are GeoJSON, with the time of every vertex.

    An analyst is told crew and device by random names, the same within a month and others in the next, and a code that
    somebody gave as `patrol-<number>`. Legs are clipped to the hours of duty and to the street's area of the day, cut
    where they cross either, never joined across what is cut out; start, end and length are those of what is shown, and
    where the crew stood, and when the patrol was entered and closed, is not told. The hours of duty are the crew's;
    where it has none on record, those of the duties of its post on that day; without such duties, all day. Where the
    grid holds no street, there is no area, and no legs.
    """
    gate: Gate = request.app.state.gate
    persons = sees_persons(reader)
    with gate.database.transaction(reader) as connection:
        one = found_for(connection, code, reader)
    if not persons:
        make_names(gate.database, patrol_id=one["patrol_id"])
    with gate.database.transaction(reader) as connection:
        one = found_for(connection, code, reader)
        told = told_plainly(connection, one) if persons else told_veiled(connection, one)
        told |= {
            "datum": datum_told(one["datum_declared"], one["datum_found"], one["datum_odds"]),
            "cleaning": cleaning_told(one),
            "seen": one["seen"],
            "visited": one["visited"],
            "credits": credits_told(connection, gate.catalogue, one),
        }
        behind = read_lag(connection, one["patrol_id"])
    # What waits is what a phone sent a moment ago, on duty or not.
    told["sightings"] |= {
        "pending_fixes": behind.fixes if persons else None,
        "oldest_s": behind.oldest_s if persons else None,
    }
    return JSONResponse(told)


async def read_body(request: Request) -> SentBody:
    """The request's body, unpacked within bounds."""
    body = await request.body()
    content = await run_in_threadpool(plain, body, request.headers.get("content-encoding"))
    return SentBody(content, request.headers.get("content-type", "").partition(";")[0].strip().lower())


def _take_in(request: Request, reader: Reader, told: Told, sent: SentBody) -> tuple[Receipt, ZoneInfo]:
    gate: Gate = request.app.state.gate
    now = datetime.now(UTC)
    with gate.database.transaction(reader, write=True) as connection:
        city = read_city(connection)
        track, outing, _ = outing_sent(sent, told.outing, city.zone, _pace(told, city.zone), told.track)
        device = track.device if track and track.device else outing.device
        check_assigned(connection, outing, device, reader if only_own(reader) else None)
        if track is None:
            return open_patrol(connection, outing, reader.name, city, now), city.zone
    return _stored(request, reader, (track, outing), now), city.zone


def _try_out(request: Request, reader: Reader, told: Told, sent: SentBody) -> dict[str, Any]:
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        city = read_city(connection)
        track, outing, tracks = outing_sent(sent, told.outing, city.zone, _pace(told, city.zone), told.track)
        if track is None:
            raise BadInput("没有定位点,无从试看:请给出轨迹,或去掉 dry_run 先登记巡查。")
        if len(track) > AT_ONCE:
            raise TooLarge(f"试看一次至多 {AT_ONCE:,} 个定位点,这里有 {len(track):,} 个:请直接上交,或分段试看。")
        check_assigned(connection, outing, track.device or outing.device, reader if only_own(reader) else None)
    now = datetime.now(UTC)
    tried = try_out(gate.database, reader, request.app.state.intake, gate.catalogue, (track, outing), now=now)
    receipt = _receipt(tried.receipt, city.zone, _line_layers(request))
    with gate.database.transaction(reader) as connection:
        # Of one that came before, what it saw is told where its own answer would tell it.
        shown = tried.receipt.status != "known" or may_see(connection, tried.receipt.code, reader)
    return {**receipt, "dry_run": True, "tracks": tracks, "saw": tried.saw if shown else None}


def _line_layers(request: Request) -> list[str]:
    return [layer.id for layer in request.app.state.gate.catalogue.line_layers]


def _stored(request: Request, reader: Reader, given: tuple[RawTrack, Outing], now: datetime) -> Receipt:
    """Store a track in a transaction of its own, then work it out: what comes after it can only be late, not lost."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        stored: Stored = request.app.state.intake.store(connection, *given, now=now)
    if stored.patrol_id is None:
        return stored.receipt
    backlog: Worker = request.app.state.backlog
    if len(given[0]) <= AT_ONCE:
        return backlog.work_out_now(stored)
    backlog.wake()
    return stored.receipt


def _pace(told: Told, zone: ZoneInfo) -> Pace | None:
    if told.start is None:
        return None
    try:
        return Pace(datetime.fromtimestamp(unix_s(told.start, zone), UTC), told.speed_mps)
    except (ValueError, OverflowError, OSError):
        raise BadInput(f"参数 start 的值 {told.start[:40]!r} 看不懂:应为 {FORM}。") from None


def _receipt(receipt: Receipt, zone: ZoneInfo, layers: Sequence[str]) -> dict[str, Any]:
    """The receipt as it is answered. Once a patrol is worked out, every layer of lines is named, seen or not."""
    nothing = {layer: Seen(layer, frozenset(), 0, 0.0) for layer in layers if receipt.worked_out and receipt.fixes_read}
    seen_of = nothing | {seen.layer: seen for seen in receipt.seen}
    return {
        "status": receipt.status,
        "code": receipt.code,
        "device": receipt.device,
        "fixes_read": receipt.fixes_read,
        "fixes_kept": receipt.fixes_kept,
        "left_out": receipt.left_out,
        "repeated": receipt.repeated,
        "conflicts": receipt.conflicts,
        "disordered": receipt.disordered,
        "stands": receipt.stands,
        "remedy": receipt.remedy,
        "worked_out": receipt.worked_out,
        "legs": receipt.legs,
        "length_m": receipt.length_m,
        "started_at": said(receipt.started_at, zone),
        "ended_at": said(receipt.ended_at, zone),
        "datum": receipt.datum and datum_told(receipt.datum.declared, receipt.datum.found, receipt.datum.odds),
        "seen": [
            {"layer": seen.layer, "targets": len(seen.codes), "sightings": seen.sightings, "seen_m": seen.length_m}
            for seen in seen_of.values()
        ],
    }
