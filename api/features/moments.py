"""Instants and intervals of CQL2, and how two of them may lie in time: the relations of clause 7.8 of OGC 21-065.

A date is the whole local day. Where a date meets a time, both are compared by their days, so that
INTERVAL('2026-06-01','2026-06-30') holds all of the last day. An instant is an interval that ends where it begins.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from api.features.terms import Bound, Term
from layers.errors import BadInput

__all__ = ["RELATIONS", "Span", "date_of", "related", "time_of"]

RELATIONS: Mapping[str, str] = {
    "t_after": "{a} > {d}",
    "t_before": "{b} < {c}",
    "t_contains": "{a} < {c} AND {b} > {d}",
    "t_disjoint": "{b} < {c} OR {a} > {d}",
    "t_during": "{a} > {c} AND {b} < {d}",
    "t_equals": "{a} = {c} AND {b} = {d}",
    "t_finishedby": "{a} < {c} AND {b} = {d}",
    "t_finishes": "{a} > {c} AND {b} = {d}",
    "t_intersects": "{a} <= {d} AND {b} >= {c}",
    "t_meets": "{b} = {c}",
    "t_metby": "{a} = {d}",
    "t_overlappedby": "{a} > {c} AND {a} < {d} AND {b} > {d}",
    "t_overlaps": "{a} < {c} AND {b} > {c} AND {b} < {d}",
    "t_startedby": "{a} = {c} AND {b} > {d}",
    "t_starts": "{a} = {c} AND {b} < {d}",
}
"""Each in terms of the ends of the first, {a} and {b}, and of the second, {c} and {d}."""


class Span(NamedTuple):
    """From one instant to another, each a date or a time."""

    start: Term
    end: Term

    @property
    def by_days(self) -> bool:
        """Whether one of its ends is a date."""
        return "date" in (self.start.kind, self.end.kind)


def related(relation: str, first: Span, second: Span) -> str:
    """SQL that tells whether two spans lie so to each other."""
    ends = [*first, *second]
    if first.by_days or second.by_days:
        ends = [end._replace(sql=f"({end.sql})::date") if end.kind == "time" else end for end in ends]
    return RELATIONS[relation].format(**dict(zip("abcd", (end.sql for end in ends), strict=True)))


def date_of(text: str, bound: Bound) -> Term:
    """A date literal; raises BadInput for what is none."""
    try:
        return Term("date", bound.place(date.fromisoformat(text).isoformat(), "date"), text)
    except ValueError:
        raise BadInput(f"日期 {text[:40]!r} 看不懂:应为 2026-06-30 这样的日期。") from None


def time_of(text: str, bound: Bound) -> Term:
    """A timestamp literal; raises BadInput for what is none, or has no zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadInput(f"时间 {text[:40]!r} 看不懂:应为 2026-06-30T00:00:00Z 或 +08:00 这样带时区的时间。")
    return Term("time", bound.place(found.isoformat(), "timestamptz"), text)
