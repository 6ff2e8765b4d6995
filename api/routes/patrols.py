"""Patrols: handing in a track, which there are, and one of them."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.limits import MAX_FEATURES
from api.patrols.accept import Intake, Outing, Receipt
from api.coverage.asked import ends_of
from api.patrols.handed import HandedTrack, handed_track
from api.patrols.moments import FORM, period, unix_s
from api.patrols.read import Pace, parse_tracks
from api.patrols.targets import Targets, read_city
from api.patrols.track import RawTrack
from layers import query
from layers.errors import BadInput, NotFound

router = APIRouter(tags=["巡查"])
SEES_ALL = frozenset({"dispatcher", "admin"})
PERSONAL = ("device", "crew", "made_by", "report", "file_name")
Watcher = Annotated[Reader, require("dispatcher", "patroller", "analyst", open=Open.SAMPLE)]
_BODY = {
    "requestBody": {
        "required": True,
        "description": "一条轨迹:JSON 对象,或 GPX、GeoJSON、CSV 文件原文(此时其余说明写在查询参数里)",
        "content": {
            "application/json": {"schema": HandedTrack.model_json_schema()},
            **{
                kind: {"schema": {"type": "string"}}
                for kind in ("application/gpx+xml", "application/geo+json", "text/csv")
            },
        },
    }
}


@dataclass(frozen=True)
class Told:
    """What the query parameters say of a track that comes as a file."""

    outing: Outing
    start: str | None
    speed_mps: float


def told(
    mode: Annotated[Literal["foot", "bicycle", "car", "boat", "drone"], Query(description="巡查方式")] = "foot",
    datum: Annotated[Literal["wgs84", "gcj02", "bd09"], Query(description="坐标基准")] = "wgs84",
    device: Annotated[str | None, Query(max_length=200, description="设备,用于文件未写明者")] = None,
    crew: Annotated[str | None, Query(max_length=200, description="巡查组")] = None,
    post: Annotated[str | None, Query(max_length=200, description="责任岗位编码")] = None,
    start: Annotated[str | None, Query(max_length=40, description="没有时间的轨迹从何时开始")] = None,
    speed_mps: Annotated[float, Query(gt=0, le=300, description="没有时间的轨迹的速度(米/秒)")] = 1.4,
) -> Told:
    """The query parameters of a file's track, gathered."""
    return Told(Outing(mode=mode, datum=datum, device=device, crew=crew, post_code=post), start, speed_mps)


@router.post("/patrols", summary="提交一条巡查轨迹", status_code=201, openapi_extra=_BODY)
async def hand_in(
    request: Request,
    reader: Annotated[Reader, require("patroller", "dispatcher")],
    told: Annotated[Told, Depends(told)],
) -> JSONResponse:
    """Take in one track, once: 201 when it is new, 200 when it came before; with an account of every fix."""
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    receipt = await run_in_threadpool(_take_in, request, reader, told, (body, kind))
    return JSONResponse(_receipt(receipt), status_code=201 if receipt.status == "accepted" else 200)


@router.get("/patrols", summary="巡查列表")
def patrols(
    request: Request,
    reader: Watcher,
    start: Annotated[str | None, Query(alias="from", max_length=40, description="开始时间,含;日期或时间")] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="开始时间,不含;日期或时间")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_FEATURES, description="至多多少次")] = 1000,
) -> JSONResponse:
    """Patrols that started in the period, the newest first; a patroller's own, without persons for an analyst."""
    gate: Gate = request.app.state.gate
    own = _only_own(reader)
    with gate.database.transaction(reader) as connection:
        first, last = ends_of(period(start, end, read_city(connection).zone))
        found = query.rows(
            connection,
            "patrol/patrol_list",
            None,
            start=first,
            end=last,
            person=reader.name if own else None,
            post=reader.post if own else None,
            row_limit=limit,
        )
    return JSONResponse({"patrols": [_told(row, reader) for row in found]})


@router.get("/patrols/{code}", summary="一次巡查")
def patrol(
    code: Annotated[str, Path(max_length=200, description="编码")], request: Request, reader: Watcher
) -> JSONResponse:
    """One patrol with what it saw of each layer; its legs as GeoJSON, or null for those who may not see persons."""
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        found = query.rows(connection, "patrol/patrol_one", None, code=code)
        if not found or (_only_own(reader) and not _is_own(found[0], reader)):
            raise NotFound(f"没有编码为 {code[:80]!r} 的巡查:可用的见 /patrols。")
        legs = _legs(connection, found[0]) if _sees_persons(reader) else None
    return JSONResponse({**_told(found[0], reader), "seen": found[0]["seen"], "legs": legs})


def _take_in(request: Request, reader: Reader, told: Told, sent: tuple[bytes, str]) -> Receipt:
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader, write=True) as connection:
        track, outing = _one_track(connection, told, *sent)
        return _intake(request).accept(connection, track, outing, now=datetime.now(UTC))


def _one_track(connection: Connection, told: Told, body: bytes, kind: str) -> tuple[RawTrack, Outing]:
    zone = read_city(connection).zone
    if kind in ("application/json", "") and not _is_geojson(body):
        handed = _handed(body)
        outing = Outing(
            mode=handed.mode, datum=handed.datum, crew=handed.crew, post_code=handed.post, report=handed.report
        )
        return handed_track(handed, zone), replace(outing, sha256=hashlib.sha256(body).hexdigest())
    file = parse_tracks(body, "请求正文", zone, _pace(told, zone))
    if len(file.tracks) > 1:
        raise BadInput(
            f"请求正文里有 {len(file.tracks)} 条轨迹:请每次提交一条,或用 huashan patrols import 导入整个文件。"
        )
    return file.tracks[0], replace(told.outing, sha256=file.sha256)


def _is_geojson(body: bytes) -> bool:
    """Whether a JSON body is GeoJSON sent under the plain name, as many programs do."""
    return b'"fixes"' not in body and (b'"coordinates"' in body or b'"FeatureCollection"' in body)


def _handed(body: bytes) -> HandedTrack:
    try:
        return HandedTrack.model_validate_json(body)
    except ValidationError as error:
        # Named as FastAPI names the faults of any other body.
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors(include_url=False)]
        raise RequestValidationError(faults) from None


def _pace(told: Told, zone: ZoneInfo) -> Pace | None:
    if told.start is None:
        return None
    try:
        return Pace(datetime.fromtimestamp(unix_s(told.start, zone), UTC), told.speed_mps)
    except (ValueError, OverflowError, OSError):
        raise BadInput(f"参数 start 的值 {told.start[:40]!r} 看不懂:应为 {FORM}。") from None


def _intake(request: Request) -> Intake:
    """The server's one intake, made with the first track."""
    state, gate = request.app.state, request.app.state.gate
    if not hasattr(state, "intake"):
        state.intake = Intake(Targets(gate.catalogue), gate.settings.reaches_m)
    intake: Intake = state.intake
    return intake


def _only_own(reader: Reader) -> bool:
    """Whether someone sees no patrols but the own: a patroller who is nothing more."""
    return not reader.only_sample and "patroller" in reader.roles and not reader.roles & (SEES_ALL | {"analyst"})


def _is_own(row: RowMapping, reader: Reader) -> bool:
    return bool(row["made_by"] == reader.name or (reader.post and row["post_code"] == reader.post))


def _sees_persons(reader: Reader) -> bool:
    return reader.only_sample or bool(reader.roles & SEES_ALL) or _only_own(reader)


def _told(row: RowMapping, reader: Reader) -> dict[str, Any]:
    hidden = {"seen", "patrol_id"} | (set() if _sees_persons(reader) else set(PERSONAL))
    shown = {name: value for name, value in row.items() if name not in hidden}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in shown.items()}


def _legs(connection: Connection, row: RowMapping) -> dict[str, Any]:
    found = query.rows(connection, "patrol/patrol_legs", None, patrol_id=row["patrol_id"])
    return {"type": "FeatureCollection", "features": [leg["feature"] for leg in found]}


def _receipt(receipt: Receipt) -> dict[str, Any]:
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
        "legs": receipt.legs,
        "length_m": receipt.length_m,
        "started_at": receipt.started_at.isoformat() if receipt.started_at else None,
        "ended_at": receipt.ended_at.isoformat() if receipt.ended_at else None,
        "seen": [
            {"layer": seen.layer, "targets": len(seen.codes), "sightings": seen.sightings, "seen_m": seen.length_m}
            for seen in receipt.seen
        ],
    }
