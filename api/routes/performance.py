"""Performance: what was due of each post in a period, what was done, what of that was effective, what was missed."""

import time
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.times import said
from api.coverage.tables import Table, table_answer
from api.duties.accounts import Basis, DutyAccount, accounts_of, ready
from api.duties.read import read_duties
from api.duties.seen import Sight
from api.duties.term import FORM, days_of, term_of
from api.duties.told import covers_of, performance_of, performance_told
from api.duties.unsure import side_unknown_m
from api.patrols.pseudonyms import code_told
from api.sightings.targets import read_city
from api.tracks.moments import instant
from api.veil.naming import Names
from api.veil.whose import is_own, only_own, sees_all
from layers import query
from layers.catalogue import ROLES

router = APIRouter(tags=["职责"])
FIGURES = ("due", "done", "effective", "met", "missed", "unknown")
COLUMNS = (
    "period", "post", "post_name", "duty", "name", "due", "done", "effective", "met", "missed", "unknown", "met_share",
    "cover_sure", "cover_nominal", "cover_possible", "on_time_share", "side_unknown_m", "observations", "rule",
    "citation",
)  # fmt: skip


@router.get("/duties/performance", summary="履职情况:应巡、实巡、有效、达标率")
def performance(
    request: Request,
    reader: Annotated[Reader, require(*ROLES, open=Open.SAMPLE)],
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

    Who may see persons reads of each patrol its code and the instant it started; a patroller of the own patrols, of
    the others as a viewer does. An analyst reads the name that /patrols has for it, a viewer none: `patrol` is then
    missing. To both `started` is the local day. Whether what was due was done, `met` says to all.
    """
    gate: Gate = request.app.state.gate
    days = days_of(period)
    like = {name: value for name, value in (("post_code", post), ("code", duty)) if value}
    with gate.database.transaction(reader) as connection:
        zone = read_city(connection).zone
        basis = Basis(zone, instant(known_at, "known_at", zone))
        term = term_of(days, zone)
        every = read_duties(connection, gate.catalogue, days, like, known_at=basis.known_at)
        charges, waiting = ready(connection, every, basis.known_at)
        sight = Sight(connection, basis.known_at)
        now_s = basis.known_at.timestamp() if basis.known_at else time.time()
        accounts = accounts_of(connection, charges, term, basis)
        tell = _names(connection, reader, accounts, zone).tell
        duties = [
            performance_told(account, performance_of(account, basis, now_s), covers, unsure_m, zone=zone, tell=tell)
            for account, covers, unsure_m in zip(
                accounts, covers_of(sight, accounts, basis), side_unknown_m(connection, accounts, basis), strict=True
            )
        ]
        start, end, known = (said(one_s, zone) for one_s in (*term, now_s))
        posts = _posts(connection, duties, (start, end))
    told = {"period": period, "from": start, "to": end, "known_at": known, "waiting": waiting}
    if format != "json":
        rows = [_row(period, one, posts[one["post"]]) for one in duties]
        return table_answer(Table(f"performance-{period}", rows, COLUMNS), format)
    if by == "duty":
        return JSONResponse({**told, "duties": duties})
    return JSONResponse({**told, "posts": [_post(posts[code], duties) for code in sorted(posts)]})


def _names(connection: Connection, reader: Reader, accounts: Sequence[DutyAccount], zone: ZoneInfo) -> Names:
    """Under which names the reader is told of the patrols that these duties' accounts stand on."""
    if sees_all(reader):
        return Names(zone)
    analyst = "analyst" in reader.roles
    if not (analyst or only_own(reader)):
        return Names(zone, frozenset(), named=False)
    codes = sorted({code for account in accounts for code in account.seen.codes})
    rows = query.rows(connection, "patrol/patrol_whose", None, codes=codes)
    if analyst:
        return Names(zone, frozenset(), {row["code"]: code_told(row["code"], row["patrol_id"]) for row in rows})
    return Names(zone, frozenset(row["code"] for row in rows if is_own(row, reader)))


def _posts(
    connection: Connection, duties: list[dict[str, Any]], term: tuple[str | None, str | None]
) -> dict[str, dict[str, Any]]:
    """The posts of these duties: code, name, and how many observations their patrols made in the term."""
    codes = sorted({one["post"] for one in duties})
    rows = query.rows(connection, "coverage/post_observations", None, codes=codes, start=term[0], end=term[1])
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


def _row(period: str, one: dict[str, Any], post: dict[str, Any]) -> dict[str, Any]:
    covers = one["cover"]
    means = {f"cover_{bound}": _mean([cover[bound] for cover in covers]) for bound in ("sure", "nominal", "possible")}
    said_of = {"period": period, "post_name": post["name"], "observations": post["observations"]}
    return {name: (one | means | said_of).get(name) for name in COLUMNS}


def _mean(shares: list[float]) -> float | None:
    return sum(shares) / len(shares) if shares else None
