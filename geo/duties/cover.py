"""How much of what a duty covers was seen in each of its periods: surely, nominally and possibly."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from geo.duties.calendar import Period, periods
from geo.duties.duty import Duty, versions_of
from geo.duties.full_cover import Ground, Measured, measured

__all__ = ["Cover", "cover_of"]


class Cover(NamedTuple):
    """How much of what a duty covers as a period ends was seen in it: shares 0..1 of what is known, else None.

    from_s, to_s: what of the period, by name, lies in the term and was under one version of the duty; half-open.
    unseen_m, unknown_m: metres that were not seen at the duty's bound, and those of which nobody can tell, as stretches
    of WHOLE_CM where targets are settled whole. full: neither is left.
    """

    period: str
    from_s: float
    to_s: float
    sure: float | None
    nominal: float | None
    possible: float | None
    unseen_m: float
    unknown_m: float
    full: bool


def cover_of(
    duties: Sequence[Duty],
    grounds: Mapping[str, Ground],
    *,
    term: tuple[float, float],
    zone: ZoneInfo,
    known_since_s: float = -np.inf,
) -> tuple[Cover, ...]:
    """How much was seen in each of a duty's periods in a term [start, end), each under the version then in force.

    duties: the versions of one duty. grounds: what counts and who saw it, by bound: sure, nominal, possible. A version
    with an interval has one period, without a name: its time in the term. Nothing to cover is all covered. What is
    unknown, such as a changed shore, is in no share; known_since_s: of a period that begins before it a share would be
    one of nobody knows what, and is None unless all was seen.

    >>> from geo.duties.records import Patrols, Sightings
    >>> from geo.duties.scope import Scope
    >>> scope = Scope(*np.array([[1], [0], [40_000]]), np.zeros(1), np.full(1, np.inf), np.ones(1, int))
    >>> rows = Sightings(*np.array([[1], [0], [30_000]]), np.zeros(1), np.ones(1), np.zeros(1, int))
    >>> who = Patrols((frozenset(),), ("",), ("foot",), np.zeros(1), np.ones(1), np.zeros(1))
    >>> seen = dict.fromkeys(("sure", "nominal", "possible"), Ground(scope, rows, who, Sightings.none()))
    >>> weekly = Duty(code="D", post_code="P", layer="water", interval_days=7)
    >>> (cover,) = cover_of([weekly], seen, term=(0.0, 86400.0), zone=ZoneInfo("Asia/Shanghai"))
    >>> cover.sure, cover.nominal, cover.unseen_m
    (0.75, 0.75, 100.0)
    """
    return tuple(
        _cover(duty.bound, span, grounds, known_since_s)
        for duty in versions_of(duties)
        for span in _spans(duty, term, zone)
    )


def _spans(duty: Duty, term: tuple[float, float], zone: ZoneInfo) -> Iterator[Period]:
    """The periods of a version, each as far as it lies in the term and the version was in force."""
    start_s, end_s = max(term[0], duty.valid_from_s), min(term[1], duty.valid_to_s)
    if start_s < end_s:
        for period in periods(duty.per, start_s, end_s, zone) if duty.per else (Period("", start_s, end_s),):
            yield Period(period.name, max(period.start_s, start_s), min(period.end_s, end_s))


def _cover(bound: str, span: Period, grounds: Mapping[str, Ground], known_since_s: float) -> Cover:
    found = {name: measured(ground, span.start_s, span.end_s) for name, ground in grounds.items()}
    own, untold = found[bound], span.start_s < known_since_s
    sure, nominal, possible = (_share(found[name], untold=untold) for name in ("sure", "nominal", "possible"))
    full = own.seen_cm == own.length_cm
    return Cover(*span, sure, nominal, possible, own.unseen_cm / 100, own.unknown_cm / 100, full)


def _share(found: Measured, *, untold: bool) -> float | None:
    """The share of what is known that was seen."""
    if not found.length_cm:
        return 1.0
    known_cm = found.length_cm - found.unknown_cm
    return None if not known_cm or (untold and found.unknown_cm) else found.seen_cm / known_cm
