"""Performance: what was due of each post in a period, what was done, what of that was effective, what was missed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.access.turns import Heavy
from api.answers.forms import in_forms
from api.answers.times import said
from api.coverage.known import not_begun, refuse_before_known
from api.duties.accounts import Basis, DutyAccount, accounts_of, ready
from api.duties.ahead import TERM_AHEAD, TERM_FUTURE, ahead, known_s
from api.duties.by_day import by_day
from api.duties.missed import with_reasons
from api.duties.read import read_duties
from api.duties.seen import Sight
from api.duties.sheets import FIGURES, Told, performance_tables
from api.duties.term import FORM, days_of, term_of
from api.duties.told import covers_of, performance_of, performance_told
from api.duties.unsure import side_unknown_m
from api.figures.tables import CSV, XLSX, table_answer
from api.sightings.targets import read_city
from api.tracks.moments import instant
from api.transfer.tables import DUTY
from api.veil.moments import refuse_instants, told_moment
from api.veil.named import names_for
from api.veil.whose import sees_all
from layers import query
from layers.catalogue import ROLES

router = APIRouter(tags=["职责"])


@router.get("/duties/performance", summary="履职情况:应巡、实巡、有效、达标率", responses=in_forms(CSV, XLSX))
def performance(
    request: Request,
    reader: Annotated[Reader, require(*ROLES, open=Open.SAMPLE)],
    turn: Heavy,
    period: Annotated[str, Query(max_length=40, description=f"时段:{FORM}")],
    by: Annotated[Literal["post", "duty"], Query(description="按岗位或按职责")] = "post",
    post: Annotated[str | None, Query(max_length=200, description="只要这个岗位")] = None,
    duty: Annotated[str | None, Query(max_length=200, description="只要这项职责")] = None,
    known_at: Annotated[str | None, Query(max_length=40, description="按当时所知,缺为现在")] = None,
    format: Annotated[Literal["json", "csv", "xlsx"], Query(description="json、csv 或 xlsx")] = "json",
) -> Response:
    """Due, done, effective and missed with dates and reasons, the share met, coverage as a pair, and observations.

    What falls due after now and is not yet done is not missed yet, and left out. A patrol belongs to the period in
    which it starts. Where tracks were erased before a duty's reach was stored, what was not done as far as is known
    in a period that begins before `known_since` is `unknown`, neither due nor missed.

    The same patrols can be judged by another rule: a duty is judged by its own.

    Of a period that is not over yet as far as is known (`forecast`) a `note` says what its figures are worth; of one
    that has not begun (`future`) they are none.

    As CSV a row says in words what was missed, done in vain and covered; as XLSX there is a sheet for each. A row has
    the cover in figures where it is of one period.

    Who may see persons reads of each patrol its code and the instant it started, of those in `patrols`, too; a
    patroller of the own patrols, of the others as a viewer does. An analyst reads the name that /patrols has for it, a
    viewer none: `patrol` is then missing. To both `started` is the local day, and in `patrols` nothing without a name.
    Whether what was due was done, `met` says to all. Who may not see all persons asks for `known_at` by whole days, and
    reads on-time shares as if all seen on a day had been as it began.
    """
    gate: Gate = request.app.state.gate
    days = days_of(period)
    like = {name: value for name, value in (("post_code", post), ("code", duty)) if value}
    with gate.database.transaction(reader) as connection:
        zone = read_city(connection).zone
        basis, term = Basis(zone, instant(known_at, "known_at", zone)), term_of(days, zone)
        refuse_instants(reader, {"known_at": basis.known_at}, zone)
        every = read_duties(connection, gate.catalogue, days, like, known_at=basis.known_at)
        refuse_before_known(connection, basis.known_at, DUTY.table, DUTY.title.zh)
        charges, waiting = ready(connection, every, basis.known_at)
        accounts = accounts_of(connection, charges, term, basis)
        duties = _duties(connection, reader, accounts, basis)
        start, end, known = (said(one_s, zone) for one_s in (*term, known_s(basis.known_at)))
        found = _posts(connection, duties, (start, end), basis.known_at)
        posts = {code: _post(row, duties) for code, row in found.items()}
    head = {"period": period, "from": start, "to": end, "known_at": known, **_ahead(term, basis), "waiting": waiting}
    if format != "json":
        first, *more = performance_tables(Told(head, duties, posts), by_post=by == "post", lists=format == "csv")
        return table_answer(first, format, more)
    if by == "duty":
        return JSONResponse({**head, "duties": duties})
    return JSONResponse({**head, "posts": [posts[code] for code in sorted(posts)]})


def _duties(
    connection: Connection, reader: Reader, accounts: Sequence[DutyAccount], basis: Basis
) -> list[dict[str, Any]]:
    """What each duty's account comes to, as the reader may be told it."""
    zone, now_s = basis.zone, known_s(basis.known_at)
    tell = names_for(connection, reader, (code for one in accounts for code in one.seen.codes), zone).tell
    covers = covers_of(Sight(connection, basis.known_at), accounts, basis)
    unsure = side_unknown_m(connection, accounts, basis)
    # Who goes when can be read from a share of the time.
    shown = accounts if sees_all(reader) else [by_day(one, zone) for one in accounts]
    return [
        with_reasons(performance_told(told, performance_of(one, basis, now_s), cover, unsure_m, zone=zone, tell=tell))
        | {"known_since": told_moment(reader, one.charge.known_since_s, zone)}
        for told, one, cover, unsure_m in zip(shown, accounts, covers, unsure, strict=True)
    ]


def _ahead(term: tuple[float, float], basis: Basis) -> dict[str, Any]:
    now_s = known_s(basis.known_at)
    future = not_begun(term[0], now_s)
    return {"future": future, **ahead(term[1], now_s, TERM_FUTURE if future else TERM_AHEAD)}


def _posts(
    connection: Connection,
    duties: list[dict[str, Any]],
    term: tuple[str | None, str | None],
    known_at: datetime | None,
) -> dict[str, dict[str, Any]]:
    """The posts of these duties: code, name, and how many observations their patrols made in the term."""
    codes = sorted({one["post"] for one in duties})
    bound = {"codes": codes, "start": term[0], "end": term[1], "known_at": known_at and known_at.isoformat()}
    rows = query.rows(connection, "coverage/post_observations", None, **bound)
    return {row["code"]: dict(row) for row in rows}


def _post(post: dict[str, Any], duties: list[dict[str, Any]]) -> dict[str, Any]:
    own = [one for one in duties if one["post"] == post["code"]]
    sums = {name: sum(one[name] for one in own) for name in FIGURES}
    return {
        "post": post["code"],
        "name": post["name"],
        **sums,
        "met_share": sums["met"] / sums["due"] if sums["due"] else None,
        "observations": post["observations"],
        "duties": own,
    }
