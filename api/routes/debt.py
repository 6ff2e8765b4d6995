"""What is overdue: debt by duty and by place, and how many patrols a week it would take."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple, cast
from zoneinfo import ZoneInfo

import numpy as np
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.access.turns import Heavy
from api.answers.forms import in_forms
from api.answers.times import said
from api.coverage.formats import MEDIA
from api.coverage.known import refuse_before_known
from api.duties.accounts import Basis, accounts_of, ready
from api.duties.ahead import DEBT_AHEAD, ahead, known_s
from api.duties.by_day import by_day
from api.duties.curve import curve_told
from api.duties.layers import check_layer
from api.duties.read import Charge, read_duties
from api.duties.shapes import drawn_pieces
from api.duties.term import month_start_s, refuse_far
from api.duties.told import debt_told, pieces_told
from api.duties.unsure import side_unknown_m
from api.figures.tables import CSV, XLSX, Table, table_answer
from api.sightings.targets import read_city
from api.tracks.moments import instant
from api.transfer.tables import DUTY
from api.veil.moments import refuse_instants, this_day, told_moment
from api.veil.named import names_for
from api.veil.span import span_of
from api.veil.whose import sees_all
from geo.duties.calendar import local_date
from layers.catalogue import ROLES
from layers.errors import BadInput, NotFound, NotReady

router = APIRouter(tags=["职责"])
AnyReader = Annotated[Reader, require(*ROLES, open=Open.SAMPLE)]
WHEN = ("at", "since", "known_at", "effective", "forecast", "note", "waiting")
DUTIES = (
    "duty", "name", "post", "layer", "whole", "interval_days", "debt_m_days", "debt_target_days", "length_m",
    "length_targets", "overdue_m", "overdue_targets", "never_seen_m", "never_seen_targets", "unknown_m",
    "unknown_targets", "known_since", "side_unknown_m", "most_overdue_days", "on_time_share",
)  # fmt: skip
PIECES = (
    "duty", "layer", "target", "from_m", "to_m", "overdue_days", "covered_since", "never_seen", "last_seen",
)  # fmt: skip


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
        self.at, self.like, self.layer = at, _like(post, duty), layer or None
        self.effective, self.known_at = effective == "only", known_at


class Read(NamedTuple):
    """Duties as asked for, the instant, how their accounts are kept, and the duties whose reach is still worked out.

    known_s: up to when something is known. whole_days: whether the reader is told by whole days alone.
    """

    charges: list[Charge]
    at_s: float
    known_s: float
    whole_days: bool
    basis: Basis
    waiting: list[dict[str, object]]


@router.get("/debt", summary="欠巡:按职责与位置", responses=in_forms(MEDIA["geojson"], CSV, XLSX))
def debt(
    request: Request,
    reader: AnyReader,
    turn: Heavy,
    which: Annotated[Which, Depends(Which)],
    pieces: Annotated[bool, Query(description="是否列出逾期的各段")] = False,
    format: Annotated[
        str, Query(pattern="^(json|geojson|csv|xlsx)$", description="json、geojson、csv 或 xlsx")
    ] = "json",
) -> Response:
    """What each duty owes at an instant: metre-days of lines, target-days of whole targets, since this month began.

    A metre never seen counts as last seen when its duty began for it, and is told as never seen: not once by what
    counts for the duty, since it began at `covered_since`; what was seen earlier or by others is in /coverage. Where
    nothing is known, as after a shore was surveyed anew, nothing is owed and the length is told. So it is where tracks
    were erased before the duty's reach was stored, until somebody goes there after `known_since`.
    `on_time_share` is this month's, null where it asked for nothing.
    `waiting`: duties at a reach, or a side of the water, that is still being worked out for past patrols, of which
    nothing is told yet. `side_unknown_m`: of a duty that asks for the same side, metres last seen by patrols whose
    tracks were gone before it did.

    `forecast`: the instant lies after what is known, and `note` says what is assumed: that nobody goes out. `layer`
    means duties about it and those that are told of it, as those about reaches are of banks.

    Who may not see persons asks by whole days, now being the day's beginning, and reads debt as if all that was seen on
    a day had been seen as it began, shares too, and of `last_seen` the day (`whole_days`): the second says when
    somebody was there.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        read = _read(connection, gate, reader, which)
        zone = read.basis.zone
        term = (month_start_s(read.at_s, zone), read.at_s)
        accounts = accounts_of(connection, read.charges, term, read.basis)
        unsure = side_unknown_m(connection, accounts, read.basis)
        if read.whole_days:
            accounts = [by_day(account, zone) for account in accounts]
        found = [debt_told(account, zone, unsure_m) for account, unsure_m in zip(accounts, unsure, strict=True)]
        told_where = accounts if pieces or format == "geojson" else []
        listed = [_piece(piece, reader, zone) for account in told_where for piece in pieces_told(account, zone)]
        drawn = drawn_pieces(connection, gate.catalogue, listed) if format == "geojson" else []
    duties = [
        one | {"known_since": told_moment(reader, account.charge.known_since_s, zone)}
        for one, account in zip(found, accounts, strict=True)
    ]
    told = _told(read, term)
    if format == "geojson":
        return JSONResponse({"type": "FeatureCollection", **told, "features": drawn}, media_type=MEDIA["geojson"])
    if format in ("csv", "xlsx"):
        return _tables(told, duties, listed, format, pieces=pieces)
    return JSONResponse(
        {**told, **_totals(duties, read.waiting), "duties": duties, **({"pieces": listed} if pieces else {})}
    )


@router.get("/debt/curve", summary="需要多少次巡查:欠巡与每周次数")
def curve(
    request: Request,
    reader: AnyReader,
    turn: Heavy,
    duty: Annotated[str, Query(max_length=200, description="职责编码")],
    since: Annotated[str | None, Query(alias="from", max_length=40, description="取此后的巡查,缺为一季前")] = None,
    until: Annotated[str | None, Query(alias="to", max_length=40, description="取此前的巡查,缺为现在")] = None,
    most: Annotated[float, Query(gt=0, le=1000, allow_inf_nan=False, description="每周至多多少次")] = 14,
    known_at: Annotated[str | None, Query(max_length=40, description="按当时所知,缺为现在")] = None,
) -> JSONResponse:
    """Metre-days overdue a month, in a steady state, against patrols a week like those of the past.

    `walked`: each like a past patrol drawn at random. `rotated`: a fixed round of the past patrols that add the most.
    What no past patrol saw stays overdue, whatever is done: `unseen_m`. Of `unknown_m` nobody can tell whether they saw
    it, for the shore changed after tracks were erased: it is in no other figure. Where tracks were erased before its
    reach was stored, patrols are taken from then on only.

    Of a duty whose targets are settled whole the answer says `targets` where it says `length_m` of lines, and so
    throughout. `rotation` tells of each patrol what the reader may read, null where that is nothing; who may not see
    persons asks by whole days.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        zone = read_city(connection).zone
        span = span_of(reader, (since, until, known_at), zone)
        last = local_date(float(np.nextafter(span.term[1], 0)), zone)
        days = (local_date(span.term[0], zone), last + timedelta(days=1))
        every = read_duties(connection, gate.catalogue, days, {"code": duty}, known_at=span.known_at)
        refuse_before_known(connection, span.known_at, DUTY.table, DUTY.title.zh)
        charges, waiting = ready(connection, every, span.known_at)
        accounts = accounts_of(connection, charges, span.term, Basis(zone, span.known_at))
        names = names_for(connection, reader, (code for one in accounts for code in one.seen.codes), zone)
    start, end, known = (said(one, zone) for one in span[:3])
    if waiting:
        raise NotReady(f"职责 {duty[:80]!r} 的可视距离 {waiting[0]['reach_m']} 米正在补算:请几分钟后再试。")
    if not accounts:
        raise NotFound(f"{start} 至 {end} 没有职责 {duty[:80]!r}:可用的见 /duties。")
    since_s = accounts[0].charge.known_since_s
    if since_s > span.term[0]:
        told = said(since_s, zone) if sees_all(reader) else str(local_date(since_s, zone) + timedelta(days=1))
        raise BadInput(f"职责 {duty[:80]!r} 的所见自 {told} 起才算全,此前的定位点已删除:请给 from={told} 或其后。")
    return JSONResponse({"from": start, "to": end, "known_at": known, **curve_told(accounts[0], most, names.tell)})


def _read(connection: Connection, gate: Gate, reader: Reader, which: Which) -> Read:
    zone = read_city(connection).zone
    check_layer(gate.catalogue, which.layer)
    at, known_at = instant(which.at, "at", zone), instant(which.known_at, "known_at", zone)
    refuse_far({"at": at})
    refuse_instants(reader, {"at": at, "known_at": known_at}, zone)
    # To the microsecond, as it is told: what is rounded up would lie ahead of it.
    now = datetime.fromtimestamp(known_s(known_at), zone)
    now_s, at_s = now.timestamp(), (at or this_day(reader, now)).timestamp()
    day = local_date(at_s, zone)
    days = (day, day + timedelta(days=1))
    charges = read_duties(connection, gate.catalogue, days, which.like, known_at=known_at)
    refuse_before_known(connection, known_at, DUTY.table, DUTY.title.zh)
    about = [one for one in charges if _about(one, which.layer)]
    told, waiting = ready(connection, about, known_at)
    return Read(told, at_s, now_s, not sees_all(reader), Basis(zone, known_at, which.effective, judged=False), waiting)


def _about(charge: Charge, layer: str | None) -> bool:
    """Whether a duty is about a layer, or told of it, as one about reaches is of banks."""
    return layer is None or layer == charge.layer or any(duty.layer == layer for duty in charge.versions)


def _told(read: Read, term: tuple[float, float]) -> dict[str, Any]:
    zone = read.basis.zone
    return {
        "at": said(read.at_s, zone),
        "since": said(term[0], zone),
        "known_at": said(read.known_s, zone),
        "effective": "only" if read.basis.effective else None,
        "whole_days": read.whole_days,
        **ahead(read.at_s, read.known_s, DEBT_AHEAD),
        "waiting": read.waiting,
    }


def _piece(piece: dict[str, Any], reader: Reader, zone: ZoneInfo) -> dict[str, Any]:
    """A piece as the reader is told when it was last seen."""
    last = piece["last_seen"]
    return piece | {"last_seen": last and told_moment(reader, datetime.fromisoformat(last), zone)}


def _tables(
    told: dict[str, Any],
    duties: Sequence[dict[str, Any]],
    listed: Sequence[dict[str, Any]],
    format: str,
    *,
    pieces: bool,
) -> Response:
    """Each row with its time, for rows are copied out; a workbook has both tables, the one asked for first."""
    waiting = ";".join(str(one["duty"]) for one in told["waiting"])
    when = {name: told[name] for name in WHEN} | {"waiting": waiting or None}
    by_duty = Table("debt", [when | one for one in duties], (*WHEN, *DUTIES), "欠巡")
    by_piece = Table("debt", [when | one for one in listed], (*WHEN, *PIECES), "逾期各段")
    return table_answer(by_piece, format, [by_duty]) if pieces else table_answer(by_duty, format)


def _totals(duties: list[dict[str, Any]], waiting: Sequence[object]) -> dict[str, float | None]:
    """What all duties owe together; nothing, where nothing can be said of any yet."""
    if waiting and not duties:
        return {"debt_m_days": None, "debt_target_days": None}
    return {
        name: sum(cast(float, one.get(name, 0.0)) for one in duties) for name in ("debt_m_days", "debt_target_days")
    }


def _like(post: str | None, duty: str | None) -> dict[str, str]:
    given = {"post_code": post, "code": duty}
    return {name: value for name, value in given.items() if value}
