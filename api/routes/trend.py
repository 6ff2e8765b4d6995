"""The trend of debt: how much was overdue at the end of each of the last days, and which share of each was on time."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.times import said
from api.duties.accounts import Basis, accounts_of, ready
from api.duties.ahead import known_s
from api.duties.by_day import by_day
from api.duties.read import read_duties
from api.duties.trend import edges_of, trends_told
from api.sightings.targets import read_city
from api.veil.moments import this_day
from api.veil.whose import sees_all
from geo.duties.calendar import instant, local_date
from layers.catalogue import ROLES

router = APIRouter(tags=["职责"])
MOST_DAYS = 92


@router.get("/debt/trend", summary="欠巡的走势:各图层逐日的按时率与逾期")
def trend(
    request: Request,
    reader: Annotated[Reader, require(*ROLES, open=Open.SAMPLE)],
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="到今天为止的多少天")] = 28,
) -> JSONResponse:
    """Of all duties about a layer: the on-time share of the last days together, what is overdue now, and both by day.

    The last day is the one under way, up to `at`. `daily`: its values belong to `days` in their order; an on-time share
    is of the day, null where it asked for nothing; debt and what is overdue are of the moment in `ends`.
    `waiting`: duties of which nothing is told yet, as /debt says. Who may not see persons reads it as it stood when the
    day began, and by whole days.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        zone = read_city(connection).zone
        at_s = this_day(reader, datetime.fromtimestamp(known_s(None), zone)).timestamp()
        first = local_date(at_s, zone) - timedelta(days=days - (1 if sees_all(reader) else 0))
        term = (instant(first, 0, zone), at_s)
        spanned = (first, local_date(at_s, zone) + timedelta(days=1))
        charges, waiting = ready(connection, read_duties(connection, gate.catalogue, spanned))
        accounts = accounts_of(connection, charges, term, Basis(zone, judged=False))
        if not sees_all(reader):
            accounts = [by_day(account, zone) for account in accounts]
    told = trends_told(accounts, gate.catalogue, edges_of(term, zone), zone)
    head = {"at": said(at_s, zone), "from": said(term[0], zone), "whole_days": not sees_all(reader)}
    return JSONResponse({**head, **told, "waiting": waiting}, headers={"Cache-Control": "no-store"})
