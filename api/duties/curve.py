"""How many patrols a duty needs, as it is asked for and told: from which past patrols, as known when, by what names."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from api.access.reader import Reader
from api.answers.times import said
from api.coverage.known import not_begun
from api.duties.accounts import DutyAccount
from api.duties.ahead import known_s
from api.tracks.moments import instant
from api.veil.moments import refuse_instants, this_day
from api.veil.naming import Names
from geo.duties.curve import patrols_needed
from layers.errors import BadInput

__all__ = ["Span", "curve_told", "span_of"]

DAYS = 92
"""How far back patrols are looked for where nothing is said: a quarter."""


class Span(NamedTuple):
    """Patrols that started in [start, end), as known at an instant; known_at: the same as it was asked for."""

    start: datetime
    end: datetime
    now: datetime
    known_at: datetime | None

    @property
    def term(self) -> tuple[float, float]:
        """Its ends in Unix seconds."""
        return self.start.timestamp(), self.end.timestamp()


def span_of(reader: Reader, asked: tuple[str | None, str | None, str | None], zone: ZoneInfo) -> Span:
    """The span of the past that is asked for; asked: from, to and known_at as they were written, None for what was not.

    Raises BadInput for what is no time, is empty, or begins when nothing is known yet; and for a time within a day by
    who may not see persons, to whom now is the beginning of the day.
    """
    given = {name: instant(text, name, zone) for name, text in zip(("from", "to", "known_at"), asked, strict=True)}
    refuse_instants(reader, given, zone)
    now = datetime.fromtimestamp(known_s(given["known_at"]), zone)
    end = given["to"] or this_day(reader, now)
    start = given["from"] or end - timedelta(days=DAYS)
    if not_begun(start, now):
        raise BadInput(f"时段 from={said(start, zone)} 在所知的 {said(now, zone)} 之后,还没有巡查:请给已过去的时段。")
    if start >= end:
        raise BadInput(f"时段是空的:from={said(start, zone)} 不早于 to={said(end, zone)}。")
    return Span(start, end, now, given["known_at"])


def curve_told(account: DutyAccount, most: float, names: Names) -> dict[str, Any]:
    """The curve of a duty from the patrols of its account's term, up to `most` a week.

    A whole target stands as one metre: figures are named after what they count.
    """
    rows, started_s = account.counted, account.seen.patrols.started_s
    inside = (started_s[rows.patrol] >= account.term[0]) & (started_s[rows.patrol] < account.term[1])
    per_week = np.linspace(0, most, 57)
    lost = account.charge.unknown.take(account.charge.unknown.last_s > account.term[0])
    interval_days = account.duty.mean_interval_days
    found = patrols_needed(rows.take(inside), account.charge.scope, interval_days, per_week, unknown=lost)
    whole = account.charge.whole
    length, of, days = ("targets", "targets", "target_days") if whole else ("length_m", "m", "m_days")
    return {
        "duty": account.duty.code,
        "patrols": len(np.unique(rows.patrol[inside])),
        length: found.length_m,
        f"unseen_{of}": found.unseen_m,
        f"unknown_{of}": found.unknown_m,
        "zero_debt_per_week": found.zero_debt_per_week,
        "per_week": per_week.tolist(),
        f"walked_{days}_a_month": found.walked_m_days.tolist(),
        f"rotated_{days}_a_month": found.rotated_m_days.tolist(),
        "rotation": [names.tell(account.seen.codes[one]).get("patrol") for one in found.chosen.tolist()],
        f"rotation_sees_{of}": found.sees_m.tolist(),
    }
