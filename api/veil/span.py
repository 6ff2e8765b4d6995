"""A span of the past whose patrols one reader asks for, as known when."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from api.access.reader import Reader
from api.answers.times import said
from api.coverage.known import not_begun
from api.duties.ahead import known_s
from api.duties.term import refuse_far
from api.tracks.moments import instant
from api.veil.moments import refuse_instants, this_day
from layers.errors import BadInput

__all__ = ["Span", "span_of"]

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
    refuse_far({name: given[name] for name in ("from", "to")})
    refuse_instants(reader, given, zone)
    now = datetime.fromtimestamp(known_s(given["known_at"]), zone)
    end = given["to"] or this_day(reader, now)
    start = given["from"] or end - timedelta(days=DAYS)
    if not_begun(start, now):
        raise BadInput(f"时段 from={said(start, zone)} 在所知的 {said(now, zone)} 之后,还没有巡查:请给已过去的时段。")
    if start >= end:
        raise BadInput(f"时段是空的:from={said(start, zone)} 不早于 to={said(end, zone)}。")
    return Span(start, end, now, given["known_at"])
