"""A question about coverage as it is put: of a layer, a period, a reach, and perhaps of what counts for one duty."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.coverage.asked import ANY, Asked, Counted
from api.coverage.since import within_known
from api.duties.covers import banks_today
from api.duties.read import duty_value
from api.sightings.reaches import default_reach
from api.sightings.targets import read_city
from api.tracks.moments import instant, period
from api.transfer.tables import DUTY
from api.versions.rows import today, versions
from layers.catalogue import Catalogue, Layer
from layers.errors import NotFound

__all__ = ["Wish", "asked_of"]


class Wish(NamedTuple):
    """Which sightings shall count, as somebody writes it; None for what is not said.

    start, end, known_at: a date or a time. duty: the code of one; only its hours, modes and those who may settle it
    count, at its reach unless another is given.
    """

    start: str | None = None
    end: str | None = None
    reach_m: float | None = None
    known_at: str | None = None
    duty: str | None = None

    @property
    def anew(self) -> bool:
        """Whether sightings may have to be worked out, into a table of the transaction's own."""
        return self.reach_m is not None or self.duty is not None


def asked_of(
    connection: Connection,
    catalogue: Catalogue,
    layer: Layer,
    wish: Wish,
    *,
    reaches_m: Sequence[float],
    codes: tuple[str, ...] | None = None,
) -> Asked:
    """The question, once its times and its reach are known to make sense.

    reaches_m: the deployment's, the first where nothing else is said. codes: only these targets. Raises BadInput for
    times that are none and a period of which not all is known, NotFound where no such duty is in force today.
    """
    zone = read_city(connection).zone
    counted, reach_m = _counted(connection, wish.duty, zone)
    known_at = instant(wish.known_at, "known_at", zone)
    asked_m = wish.reach_m or reach_m or default_reach(connection, reaches_m)
    every = Asked(layer, period(wish.start, wish.end, zone), asked_m, codes, known_at, counted)
    asked = within_known(connection, every, duty=wish.duty is not None)
    if not asked.sided or codes or wish.duty is None:
        return asked
    # Of other banks nobody has told the sides: those that the duty covers are meant.
    return replace(asked, codes=banks_today(connection, catalogue, wish.duty))


def _counted(connection: Connection, duty: str | None, zone: ZoneInfo) -> tuple[Counted, float | None]:
    """What counts for the duty that is asked for, as it is today, and its reach; anything where none is."""
    if duty is None:
        return ANY, None
    found = versions(connection, DUTY, {"code": duty}, day=today(connection))
    if not found:
        raise NotFound(f"今天没有职责 {duty[:80]!r}:可用的见 /duties。")
    value = duty_value(found[0].fields, zone)
    return Counted.of(value), value.reach_m
