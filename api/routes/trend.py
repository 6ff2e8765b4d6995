"""The trend of debt: how much was overdue at the end of each of the last days, and which share of each was on time."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.access.turns import Heavy
from api.answers.times import said
from api.duties.accounts import Basis, accounts_of, ready
from api.duties.ahead import DEBT_AHEAD, ahead, known_s
from api.duties.by_day import by_day
from api.duties.read import read_duties
from api.duties.term import refuse_far
from api.duties.trend import edges_of, trends_told
from api.sightings.targets import read_city
from api.tracks.moments import instant
from api.veil.moments import refuse_instants, this_day
from api.veil.whose import sees_all
from geo.duties.calendar import instant as midnight
from geo.duties.calendar import local_date
from layers.catalogue import ROLES

router = APIRouter(tags=["职责"])
MOST_DAYS = 92


@router.get("/debt/trend", summary="欠巡的走势:各图层逐日的按时率与逾期")
def trend(
    request: Request,
    reader: Annotated[Reader, require(*ROLES, open=Open.SAMPLE)],
    turn: Heavy,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="到那时为止的多少天")] = 28,
    at: Annotated[str | None, Query(max_length=40, description="到何时为止,缺为现在;日期或时间")] = None,
) -> JSONResponse:
    """Of all duties about a layer: the on-time share of some days together, what is overdue at their end, both by day.

    The last day ends with `at`, and may not be whole. `daily`: its values belong to `days` in their order; an on-time
    share is of the day, null where it asked for nothing; debt and what is overdue are of the moments in `ends`.
    `waiting`: duties of which nothing is told yet, as /debt says; `forecast`, too, and by whose eyes, are as there.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        zone = read_city(connection).zone
        asked = instant(at, "at", zone)
        refuse_far({"at": asked})
        refuse_instants(reader, {"at": asked}, zone)
        now = datetime.fromtimestamp(known_s(None), zone)
        now_s = now.timestamp()  # to the microsecond, as it is told: now is no forecast
        at_s = (asked or this_day(reader, now)).timestamp()
        last = local_date(at_s - 1e-6, zone)
        term = (midnight(last - timedelta(days=days - 1), 0, zone), at_s)
        spanned = (last - timedelta(days=days - 1), last + timedelta(days=1))
        charges, waiting = ready(connection, read_duties(connection, gate.catalogue, spanned))
        accounts = accounts_of(connection, charges, term, Basis(zone, judged=False))
        if not sees_all(reader):
            accounts = [by_day(account, zone) for account in accounts]
    told = trends_told(accounts, gate.catalogue, edges_of(term, zone), zone, request.app.state.days)
    head = {"at": said(at_s, zone), "from": said(term[0], zone), "known_at": said(now_s, zone)}
    more = {"whole_days": not sees_all(reader), **ahead(at_s, now_s, DEBT_AHEAD), "waiting": waiting}
    return JSONResponse({**head, **told, **more}, headers={"Cache-Control": "no-store"})
