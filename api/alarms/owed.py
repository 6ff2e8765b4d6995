"""Alarms of debt over a threshold: judged as each local day begins, for everybody alike.

By whole days, since debt to the second says when somebody was at a place; and so that it does not come and go with
every walk. It stands since the first midnight of those, one after the other, at which debt was over the threshold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from sqlalchemy import Connection

from api.alarms.alarm import Alarm, Words
from api.duties.accounts import Basis, DutyAccount, accounts_of, ready
from api.duties.by_day import by_day
from api.duties.days import Days
from api.duties.read import read_duties
from api.duties.shapes import drawn_pieces
from api.duties.told import pieces_told
from api.duties.trend import edges_of
from geo.duties.calendar import instant, local_date
from geo.duties.trend import Trend
from layers import query
from layers.catalogue import Catalogue

__all__ = ["LOOKED_BACK_DAYS", "Owed", "owed_alarms", "read_owed"]

LOOKED_BACK_DAYS = 28
"""What stands for longer is said to be older; and somebody is to take note of it again."""


@dataclass(frozen=True)
class Owed:
    """What each duty owed as each of some days ended; waiting: the duties of which nothing can be told yet."""

    accounts: Sequence[DutyAccount]
    trends: Sequence[Trend]
    edges_s: Sequence[float]
    waiting: Sequence[Mapping[str, object]]
    zone: ZoneInfo


def read_owed(connection: Connection, catalogue: Catalogue, at: datetime, zone: ZoneInfo, days: Days) -> Owed:
    """The days before the one of an instant. days: keeps what is over."""
    today = local_date(at.timestamp(), zone)
    first = today - timedelta(days=LOOKED_BACK_DAYS)
    term = instant(first, 0, zone), instant(today, 0, zone)
    charges, waiting = ready(connection, read_duties(connection, catalogue, (first, today + timedelta(days=1))))
    accounts = [by_day(one, zone) for one in accounts_of(connection, charges, term, Basis(zone, judged=False))]
    edges_s = edges_of(term, zone)
    return Owed(accounts, [days.trend(one, edges_s, zone) for one in accounts], edges_s, waiting, zone)


def owed_alarms(
    connection: Connection, catalogue: Catalogue, rules: Sequence[Mapping[Any, Any]], owed: Owed
) -> Iterator[Alarm]:
    """At most one alarm for each rule about debt; where is told by what is overdue for longest of it."""
    posts = {row["code"]: row["name"] for row in query.rows(connection, "alarm/posts", None)}
    for rule in rules:
        own = [place for place, one in enumerate(owed.accounts) if _meant(rule, one)]
        sums = [owed.trends[place].debt_m_days for place in own]
        debt = np.sum(sums, axis=0) if sums else np.zeros(0)
        if not len(debt) or debt[-1] <= rule["threshold"]:
            continue
        under = np.flatnonzero(debt <= rule["threshold"])
        first = int(under[-1]) + 1 if len(under) else 0
        worst = _worst(connection, catalogue, [owed.accounts[place] for place in own], owed.zone)
        yield _alarm(rule, catalogue, posts, owed, float(debt[-1]), first, earlier=not len(under), worst=worst)


def _meant(rule: Mapping[Any, Any], account: DutyAccount) -> bool:
    return (rule["layer"] in (None, account.charge.layer)) and rule["post_code"] in (None, account.duty.post_code)


def _alarm(
    rule: Mapping[Any, Any],
    catalogue: Catalogue,
    posts: Mapping[str, str | None],
    owed: Owed,
    debt: float,
    first: int,
    *,
    earlier: bool,
    worst: tuple[dict[str, Any], tuple[float, float] | None] | None,
) -> Alarm:
    titles = catalogue[rule["layer"]].title if rule["layer"] in catalogue else Words("", "")
    post = rule["post_code"]
    named = (posts.get(post) or post) if post else ""
    name = Words(f"{named}{titles.zh}", " ".join(part for part in (named, titles.en) if part))
    whole = rule["layer"] in catalogue and not catalogue[rule["layer"]].lines
    unit = Words("处·天", "target-days") if whole else Words("米·天", "m·days")
    zh = f"{name.zh}欠巡 {debt:,.0f} {unit.zh},阈值 {rule['threshold']:,.0f}"
    en = f"{name.en}: {debt:,.0f} {unit.en} owed, threshold {rule['threshold']:,.0f}"
    if worst:
        zh += f";最久的是 {worst[0]['target']},逾期 {worst[0]['overdue_days']:,.0f} 天"
        en += f"; longest {worst[0]['target']}, {worst[0]['overdue_days']:,.0f} days overdue"
    return Alarm(
        rule,
        "post" if post else rule["layer"],
        post or "",
        name,
        Words(zh, en),
        datetime.fromtimestamp(owed.edges_s[first + 1], owed.zone),
        rule["grade"],
        worst[1] if worst else None,
        earlier,
        debt,
        "target_days" if whole else "m_days",
    )


def _worst(
    connection: Connection, catalogue: Catalogue, accounts: Sequence[DutyAccount], zone: ZoneInfo
) -> tuple[dict[str, Any], tuple[float, float] | None] | None:
    """The piece that is overdue for longest, and where it lies."""
    found = [piece for account in accounts for piece in pieces_told(account, zone)[:1]]
    if not found:
        return None
    piece = max(found, key=lambda one: one["overdue_days"])
    (drawn,) = drawn_pieces(connection, catalogue, [piece])
    if not drawn["geometry"]:
        return piece, None
    shape = shapely.geometry.shape(drawn["geometry"])
    spot = shape.interpolate(0.5, normalized=True) if shape.geom_type == "LineString" else shape.representative_point()
    return piece, (round(spot.x, 7), round(spot.y, 7))
