"""From when on a question can be answered, where its reach or layer was stored after tracks were erased."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from api.coverage.asked import Asked
from api.sightings.reaches import limited_reaches, stored_reaches
from api.sightings.targets import read_city
from api.sightings.wholes_anew import limited_wholes, stored_wholes
from layers.errors import BadInput

__all__ = ["whole_from", "within_known"]


def within_known(connection: Connection, asked: Asked, *, duty: bool = False) -> Asked:
    """The question, in the deployment's zone; for a duty, since when all is known, where its period begins before that.

    Raises BadInput for such a period where no duty is asked for: a share of what is known would read as one of all.
    """
    asked = replace(asked, zone=read_city(connection).zone)
    since = _since(connection, asked)
    start = asked.period[0]
    if since is None or (start is not None and start >= since):
        return asked
    if duty:
        return replace(asked, known_since=since)
    told = whole_from(since.astimezone(asked.zone)).isoformat()
    others = "、".join(f"{reach_m:g}" for reach_m in _unlimited(connection, asked))
    raise BadInput(
        f"可视距离 {asked.reach_m:g} 米的所见自 {told} 起逐日才算全,此前有定位点已删除:"
        f"请把时段的起点移到 {told} 或其后{f',或改用不受限的 {others} 米' if others else ''}。"
    )


def whole_from(moment: datetime) -> date:
    """The first day that lies wholly after a local time: when to the second the last track ended, nobody need know.

    >>> whole_from(datetime(2026, 6, 1)).day, whole_from(datetime(2026, 6, 1, 8)).day
    (1, 2)
    """
    return moment.date() if moment.time() == time() else moment.date() + timedelta(days=1)


def _since(connection: Connection, asked: Asked) -> datetime | None:
    if asked.layer.lines:
        return limited_reaches(connection).get(asked.reach_m)
    return limited_wholes(connection).get((asked.layer.id, asked.reach_m))


def _unlimited(connection: Connection, asked: Asked) -> Sequence[float]:
    if asked.layer.lines:
        limited = limited_reaches(connection)
        return [reach_m for reach_m in stored_reaches(connection) if reach_m not in limited]
    pairs = stored_wholes(connection) - limited_wholes(connection).keys()
    return sorted(reach_m for layer, reach_m in pairs if layer == asked.layer.id)
