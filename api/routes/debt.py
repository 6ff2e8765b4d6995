"""What is overdue: debt by duty and by place, and how many patrols a week it would take."""

import time
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple, cast

import numpy as np
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.times import said
from api.coverage.tables import Table, table_answer
from api.duties.accounts import Basis, DutyAccount, accounts_of, ready
from api.duties.read import Charge, read_duties
from api.duties.shapes import drawn_pieces
from api.duties.term import month_start_s
from api.duties.told import debt_told, pieces_told
from api.duties.unsure import side_unknown_m
from api.sightings.targets import read_city
from api.tracks.moments import instant
from geo.duties.calendar import local_date
from geo.duties.curve import patrols_needed
from layers.catalogue import ROLES
from layers.errors import BadInput, NotFound, NotReady

router = APIRouter(tags=["职责"])
AnyReader = Annotated[Reader, require(*ROLES, open=Open.SAMPLE)]
CURVE_DAYS = 92
"""How far back the patrols of a curve are looked for where nothing is said: a quarter."""


class Which:
    """Which duties, as they are when, and whether only effective patrols count."""

    def __init__(
        self,
        at: Annotated[str | None, Query(max_length=40, description="何时的欠巡,缺为现在;日期或时间")] = None,
        post: Annotated[str | None, Query(max_length=200, description="只要这个岗位的")] = None,
        duty: Annotated[str | None, Query(max_length=200, description="只要这项职责")] = None,
        layer: Annotated[str | None, Query(max_length=100, description="只要这个图层的对象")] = None,
        effective: Annotated[str | None, Query(pattern="^only$", description="only:只计有效巡查")] = None,
        known_at: Annotated[str | None, Query(max_length=40, description="按当时所知,缺为现在")] = None,
    ) -> None:
        self.at, self.like = at, _like(post, duty, layer)
        self.effective, self.known_at = effective == "only", known_at


class Read(NamedTuple):
    """Duties as asked for, the instant, how their accounts are kept, and the duties whose reach is still worked out."""

    charges: list[Charge]
    at_s: float
    basis: Basis
    waiting: list[dict[str, object]]


@router.get("/debt", summary="欠巡:按职责与位置")
def debt(
    request: Request,
    reader: AnyReader,
    which: Annotated[Which, Depends(Which)],
    pieces: Annotated[bool, Query(description="是否列出逾期的各段")] = False,
    format: Annotated[
        str, Query(pattern="^(json|geojson|csv|xlsx)$", description="json、geojson、csv 或 xlsx")
    ] = "json",
) -> Response:
    """What each duty owes at an instant: metre-days of lines, target-days of whole targets, since this month began.

    A metre never seen counts as last seen when its duty began for it, and is told as never seen; where nothing is
    known, as after a shore was surveyed anew, nothing is owed and the length is told. So it is where tracks were erased
    before the duty's reach was stored, until somebody goes there after `known_since`.
    `on_time_share` is this month's, null where it asked for nothing.
    `waiting`: duties at a reach, or a side of the water, that is still being worked out for past patrols, of which
    nothing is told yet. `side_unknown_m`: of a duty that asks for the same side, metres last seen by patrols whose
    tracks were gone before it did.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        read = _read(connection, gate, which)
        term = (month_start_s(read.at_s, read.basis.zone), read.at_s)
        accounts = accounts_of(connection, read.charges, term, read.basis)
        unsure = side_unknown_m(connection, accounts, read.basis)
        listed = [piece for account in accounts for piece in pieces_told(account, read.basis.zone)]
        drawn = drawn_pieces(connection, gate.catalogue, listed) if format == "geojson" else []
    told = _told(read, term)
    duties = [debt_told(account, read.basis.zone, unsure_m) for account, unsure_m in zip(accounts, unsure, strict=True)]
    if format == "geojson":
        return JSONResponse({"type": "FeatureCollection", **told, "features": drawn}, media_type="application/geo+json")
    if format in ("csv", "xlsx"):
        rows = [{"at": told["at"], **row} for row in (listed if pieces else duties)]
        return table_answer(Table("debt", rows), format)
    return JSONResponse({**told, **_totals(duties), "duties": duties, **({"pieces": listed} if pieces else {})})


@router.get("/debt/curve", summary="需要多少次巡查:欠巡与每周次数")
def curve(
    request: Request,
    reader: AnyReader,
    duty: Annotated[str, Query(max_length=200, description="职责编码")],
    since: Annotated[str | None, Query(alias="from", max_length=40, description="取此后的巡查,缺为一季前")] = None,
    until: Annotated[str | None, Query(alias="to", max_length=40, description="取此前的巡查,缺为现在")] = None,
    most: Annotated[float, Query(gt=0, le=1000, allow_inf_nan=False, description="每周至多多少次")] = 14,
) -> JSONResponse:
    """Metre-days overdue a month, in a steady state, against patrols a week like those of the past.

    `walked`: each like a past patrol drawn at random. `rotated`: a fixed round of the past patrols that add the most.
    What no past patrol saw stays overdue, whatever is done: `unseen_m`. Of `unknown_m` nobody can tell whether they saw
    it, for the shore changed after tracks were erased: it is in no other figure. Where tracks were erased before its
    reach was stored, patrols are taken from then on only.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        zone = read_city(connection).zone
        end = instant(until, "to", zone) or datetime.now(zone)
        start = instant(since, "from", zone) or end - timedelta(days=CURVE_DAYS)
        if start >= end:
            raise BadInput(f"时段是空的:from={said(start, zone)} 不早于 to={said(end, zone)}。")
        days = (local_date(start.timestamp(), zone), local_date(end.timestamp(), zone) + timedelta(days=1))
        charges, waiting = ready(connection, read_duties(connection, gate.catalogue, days, {"code": duty}))
        accounts = accounts_of(connection, charges, (start.timestamp(), end.timestamp()), Basis(zone))
    if waiting:
        raise NotReady(f"职责 {duty[:80]!r} 的可视距离 {waiting[0]['reach_m']} 米正在补算:请几分钟后再试。")
    if not accounts:
        raise NotFound(f"{days[0]} 至 {days[1]} 没有职责 {duty[:80]!r}:可用的见 /duties。")
    since_s = accounts[0].charge.known_since_s
    if since_s > start.timestamp():
        told = said(since_s, zone)
        raise BadInput(f"职责 {duty[:80]!r} 的所见自 {told} 起才算全,此前的定位点已删除:请给 from={told} 或其后。")
    return JSONResponse({"from": said(start, zone), "to": said(end, zone), **_curve(accounts[0], most)})


def _curve(account: DutyAccount, most: float) -> dict[str, Any]:
    rows, started_s = account.counted, account.seen.patrols.started_s
    inside = (started_s[rows.patrol] >= account.term[0]) & (started_s[rows.patrol] < account.term[1])
    per_week = np.linspace(0, most, 57)
    version = account.duty
    lost = account.charge.unknown.take(account.charge.unknown.last_s > account.term[0])
    interval_days = version.mean_interval_days
    found = patrols_needed(rows.take(inside), account.charge.scope, interval_days, per_week, unknown=lost)
    unit = "target_days" if account.charge.whole else "m_days"
    return {
        "duty": version.code,
        "patrols": len(np.unique(rows.patrol[inside])),
        "length_m": found.length_m,
        "unseen_m": found.unseen_m,
        "unknown_m": found.unknown_m,
        "zero_debt_per_week": found.zero_debt_per_week,
        "per_week": per_week.tolist(),
        f"walked_{unit}_a_month": found.walked_m_days.tolist(),
        f"rotated_{unit}_a_month": found.rotated_m_days.tolist(),
        "rotation": [account.seen.codes[one] for one in found.chosen.tolist()],
        "rotation_sees_m": found.sees_m.tolist(),
    }


def _read(connection: Connection, gate: Gate, which: Which) -> Read:
    zone = read_city(connection).zone
    at = instant(which.at, "at", zone)
    known_at = instant(which.known_at, "known_at", zone)
    at_s = at.timestamp() if at else (known_at.timestamp() if known_at else time.time())
    day = local_date(at_s, zone)
    charges = read_duties(connection, gate.catalogue, (day, day + timedelta(days=1)), which.like, known_at=known_at)
    told, waiting = ready(connection, charges, known_at)
    return Read(told, at_s, Basis(zone, known_at, which.effective, judged=False), waiting)


def _told(read: Read, term: tuple[float, float]) -> dict[str, Any]:
    zone = read.basis.zone
    return {
        "at": said(read.at_s, zone),
        "since": said(term[0], zone),
        "known_at": said(read.basis.known_at or datetime.now(zone), zone),
        "effective": "only" if read.basis.effective else None,
        "waiting": read.waiting,
    }


def _totals(duties: list[dict[str, Any]]) -> dict[str, float]:
    return {
        name: sum(cast(float, one.get(name, 0.0)) for one in duties) for name in ("debt_m_days", "debt_target_days")
    }


def _like(post: str | None, duty: str | None, layer: str | None) -> dict[str, str]:
    given = {"post_code": post, "code": duty, "layer": layer}
    return {name: value for name, value in given.items() if value}
