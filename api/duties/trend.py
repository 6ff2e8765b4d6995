"""How debt and on-time share came to be what they are: day by day, the duties about a layer together."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from api.answers.times import said
from api.duties.accounts import DutyAccount
from api.duties.days import Days
from geo.duties.calendar import day_starts, local_date
from geo.duties.trend import Trend
from layers.catalogue import Catalogue

__all__ = ["edges_of", "trends_told"]

Told = dict[str, Any]


def edges_of(term: tuple[float, float], zone: ZoneInfo) -> list[float]:
    """The midnights within a term that begins with a day, its beginning and its end: between them its days."""
    starts, _ = day_starts(*term, zone)
    return [float(at_s) for at_s in starts if term[0] <= at_s < term[1]] + [term[1]]


def trends_told(
    accounts: Sequence[DutyAccount], catalogue: Catalogue, edges_s: Sequence[float], zone: ZoneInfo, days: Days
) -> Told:
    """The days, and for each layer that duties are about what they came to in all and on each.

    Lines and whole targets of one layer apart: metres of one, targets of the other. days: keeps those that are over.
    """
    ordered = sorted(accounts, key=_kind)
    return {
        "days": [str(local_date(at_s, zone)) for at_s in edges_s[:-1]],
        "ends": [said(at_s, zone) for at_s in edges_s[1:]],
        "layers": [
            _told(catalogue, *kind, [days.trend(account, edges_s, zone) for account in own])
            for kind, own in ((kind, list(own)) for kind, own in groupby(ordered, key=_kind))
        ],
    }


def _kind(account: DutyAccount) -> tuple[str, bool]:
    return account.charge.layer, account.charge.whole


def _told(catalogue: Catalogue, layer: str, whole: bool, trends: Sequence[Trend]) -> Told:
    unit = "targets" if whole else "m"
    every = Trend.nothing(len(trends[0].debt_m_days))
    for one in trends:
        every = every.plus(one)
    asked = every.duty_m_days.sum()
    days = {
        "on_time_share": _said(every.on_time_share),
        f"debt_{'target' if whole else 'm'}_days": _said(every.debt_m_days),
        f"overdue_{unit}": _said(every.overdue_m),
    }
    return {
        "layer": layer,
        "title": catalogue[layer].title._asdict() if layer in catalogue else None,
        "whole": whole,
        "duties": len(trends),
        "on_time_share": float(np.clip(1 - every.overdue_m_days.sum() / asked, 0, 1)) if asked > 0 else None,
        f"length_{unit}": float(every.length_m[-1]),
        **{name: values[-1] for name, values in days.items() if name != "on_time_share"},
        "daily": days,
    }


def _said(values: Iterable[float]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
