"""One metre of a line: which patrols saw it and how surely, its reach and duties, and when it is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from api.access.reader import Reader
from api.answers.times import said
from api.coverage.asked import Asked
from api.duties.accounts import Basis, DutyAccount, accounts_of, ready
from api.duties.by_day import by_day
from api.duties.read import Charge, read_duties
from api.duties.term import month_start_s
from api.patrols.pseudonyms import code_told
from api.sightings.sides import BANK
from api.sightings.targets import City
from api.transfer.tables import POST
from api.veil.listed import patrol_rows
from api.veil.moments import told_moment
from api.veil.seen import seen_on_duty
from api.veil.whose import only_own, sees_all
from api.versions.rows import versions
from geo.duties.account import clock_for
from geo.duties.calendar import local_date
from geo.duties.debt import DAY_S, due_at
from geo.lines.chainage import point_at
from layers import query
from layers.catalogue import Catalogue
from layers.crs import STORED, project

__all__ = ["Place", "metre_told"]

BOUNDS = ("sure", "nominal", "possible")
_OF_EACH, _VISITS = 500, 20
_AHEAD_DAYS = 800.0
"""How far ahead it is told when something falls due: a yearly duty out of season, and more."""
Row = Mapping[str, Any]
Told = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """One centimetre of a line: its code, name, shape in metres, and where along it."""

    code: str
    name: str
    shape: shapely.LineString
    cm: int


def metre_told(
    connection: Connection,
    catalogue: Catalogue,
    reader: Reader,
    asked: Asked,
    place: Place,
    *,
    at: datetime,
    city: City,
) -> Told:
    """All that is known of a place as of an instant, as far as the reader may know it."""
    rows = _rows(connection, asked, place, at)
    duties, waiting = _duties(connection, catalogue, reader, (asked.layer.id, place), at, city)
    reaches = _reaches(connection, place) if asked.layer.id == BANK else []
    unknown = _unknown_until(connection, asked, place)
    seen = _shown(connection, reader, rows, place, city)
    return {
        **_where(place, city),
        "reach_m": asked.reach_m,
        "seen": seen,
        "last": {bound: max((one[bound] for one in seen if one[bound]), default=None) for bound in BOUNDS},
        "outside_duty_left_out": not sees_all(reader),
        "unknown_until": told_moment(reader, unknown, city.zone),
        "reaches": reaches,
        "duties": duties,
        "waiting": waiting,
        # Whether the shore's reach names a post or a duty does: then somebody answers for it.
        "nobody": not duties and not waiting and not any(one["post_name"] for one in reaches),
    }


def _where(place: Place, city: City) -> Told:
    (spot,) = project(np.array([point_at(place.shape, place.cm / 100)], dtype=object), city.metric_crs, STORED)
    return {
        "code": place.code,
        "name": place.name,
        "length_m": float(place.shape.length),
        "chainage_m": place.cm / 100,
        "lon": round(spot.x, 7),
        "lat": round(spot.y, 7),
    }


def _rows(connection: Connection, asked: Asked, place: Place, at: datetime) -> list[dict[str, Any]]:
    where = {"layer": asked.layer.id, "code": place.code, "reach_m": asked.reach_m, "cm": place.cm}
    found = query.rows(connection, "coverage/metre", None, **where, until=at.isoformat(), row_limit=_OF_EACH)
    return [dict(row) for row in found]


def _shown(connection: Connection, reader: Reader, rows: Sequence[Row], place: Place, city: City) -> list[Told]:
    """Who saw the place, the newest first: when surely, nominally and possibly, as the reader may know it."""
    if sees_all(reader):
        return _visits(rows, lambda row: _person(row, row["patrol"]), lambda at: said(at, city.zone))
    own = set()
    if only_own(reader):
        own = {int(row["patrol_id"]) for row in patrol_rows(connection, reader, (None, None), 100_000)}
    mine = [row for row in rows if row["patrol_id"] in own]
    others = [row for row in rows if row["patrol_id"] not in own]
    seen = [row for row in seen_on_duty(connection, others, place.shape, city) if _holds(row, place.cm)]
    if "analyst" in reader.roles:
        named = _visits(seen, lambda row: _unnamed(row), lambda at: said(at, city.zone))
        return named
    plain = _visits(mine, lambda row: _person(row, row["patrol"]), lambda at: said(at, city.zone))
    days = _visits(
        seen, lambda row: {"mode": row["mode"]}, lambda at: local_date(at.timestamp(), city.zone).isoformat()
    )
    return sorted([*plain, *days], key=_newest, reverse=True)[:_VISITS]


def _holds(row: Mapping[Any, Any], cm: int) -> bool:
    return bool(round(row["from_m"] * 100) <= cm < round(row["to_m"] * 100))


def _person(row: Row, code: str) -> Told:
    return {"patrol": code, "crew": row["crew"], "post": row["post"], "mode": row["mode"]}


def _unnamed(row: Row) -> Told:
    return {"patrol": code_told(row["patrol"], row["named_id"]), "post": row["post"], "mode": row["mode"]}


def _visits(rows: Sequence[Row], tell: Any, when: Any) -> list[Told]:
    """One entry for each patrol, or for each day and mode to who may know no more."""
    found: dict[tuple[Any, ...], Told] = {}
    for row in rows:
        who = tell(row)
        moment = when(row["last_at"])
        key = (*who.values(), *(() if "patrol" in who else (moment,)))
        visit = found.setdefault(key, who | dict.fromkeys(BOUNDS) | {"carried": row["carried"]})
        visit[row["bound"]] = max(visit[row["bound"]] or "", moment)
    visits = [one | {"how": next(bound for bound in BOUNDS if one[bound])} for one in found.values()]
    return sorted(visits, key=_newest, reverse=True)[:_VISITS]


def _newest(visit: Told) -> str:
    return max(visit[bound] or "" for bound in BOUNDS)


def _reaches(connection: Connection, place: Place) -> list[Told]:
    rows = query.rows(connection, "coverage/metre_reach", None, code=place.code, cm=place.cm)
    return [
        {
            **{name: row[name] for name in row if name != "spans"},
            "ranges": [[low / 100, high / 100] for low, high in row["spans"]],
        }
        for row in rows
    ]


def _unknown_until(connection: Connection, asked: Asked, place: Place) -> float | None:
    """Until when nobody can tell whether the place was seen; None where everything is known of it."""
    bound = {"layer": asked.layer.id, "codes": [place.code], "start": "-infinity", "known_at": None}
    rows = query.rows(connection, "coverage/unknown_spans", None, **bound)
    return max((row["until_s"] for row in rows if _holds(row, place.cm)), default=None)


def _duties(
    connection: Connection, catalogue: Catalogue, reader: Reader, on: tuple[str, Place], at: datetime, city: City
) -> tuple[list[Told], list[Told]]:
    """The duties that cover the place: when it was last seen by what counts for each, and when it falls due."""
    (layer, place), at_s = on, at.timestamp()
    day = local_date(at_s, city.zone)
    every = read_duties(connection, catalogue, (day, day + timedelta(days=1)))
    charges, waiting = ready(
        connection, [one for one in every if one.layer == layer and _row_of(one.scope, one, place) is not None]
    )
    accounts = accounts_of(connection, charges, (month_start_s(at_s, city.zone), at_s), Basis(city.zone, judged=False))
    if not sees_all(reader):
        accounts = [by_day(account, city.zone) for account in accounts]
    names = {one.fields["code"]: one.fields["name"] for one in versions(connection, POST)}
    found = [_duty(account, place, reader, city) for account in accounts]
    return [one | {"post_name": names.get(one["post"])} for one in found if one], [dict(one) for one in waiting]


def _row_of(pieces: Any, charge: Charge, place: Place) -> int | None:
    """Which piece of a scope or a state holds the place; None for none."""
    if place.code not in charge.codes:
        return None
    number = charge.codes.index(place.code)
    held = (pieces.target == number) & (pieces.from_cm <= place.cm) & (place.cm < pieces.to_cm)
    return int(np.argmax(held)) if held.any() else None


def _duty(account: DutyAccount, place: Place, reader: Reader, city: City) -> Told | None:
    state, debt, duty = account.account.state, account.debt, account.duty
    row = _row_of(state, account.charge, place)
    if row is None:
        return None
    piece = state.take(np.array([row]))
    clock = clock_for(account.charge.versions, piece, account.term[1] + _AHEAD_DAYS * DAY_S, city.zone)
    due_s = float(due_at(piece, duty.mean_interval_days, clock)[0])
    last_s = float(piece.last_s[0])
    return {
        "duty": duty.code,
        "name": duty.name,
        "post": duty.post_code,
        "interval_days": duty.mean_interval_days,
        "reach_m": duty.reach_m,
        "bound": duty.bound,
        "last_counted": told_moment(reader, last_s if np.isfinite(last_s) else None, city.zone),
        "covered_since": said(float(piece.began_s[0]), city.zone),
        "never_seen": bool(debt.never[row]),
        "unknown": bool(debt.unknown[row]),
        "due_at": told_moment(reader, due_s if np.isfinite(due_s) else None, city.zone),
        "overdue_days": float(debt.overdue_days[row]),
        "from_m": float(piece.from_cm[0]) / 100,
        "to_m": float(piece.to_cm[0]) / 100,
    }
