"""What the questions to a platform have in common: a way to ask, and answers as tables that say what they stand on."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

import pandas as pd

from api.client.asking import Wire
from api.client.typed import units_of, with_times

__all__ = ["Instant", "Questions", "given"]

Instant = date | datetime | str
"""A day or an instant, as such or as text: '2026-07-01', '2026-07-01T08:00'; without an offset, in the city's zone."""
Frame = TypeVar("Frame", bound=pd.DataFrame)


class Questions:
    """Questions to one platform."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._zone_name: str | None = None

    @property
    def zone(self) -> str:
        """The name of the deployment's time zone, such as 'Asia/Shanghai'; every table's times are in it."""
        if self._zone_name is None:
            self._zone_name = str(self._wire.get("/layers")["deployment"]["timezone"])
        return self._zone_name

    def _told(self, frame: Frame, beside: Mapping[str, Any] | None = None) -> Frame:
        """The table with times as times, and in `attrs` what it stands on and its units."""
        told = with_times(frame, self.zone)
        told.attrs = {"units": units_of(told)}
        told.attrs.update(beside or {})
        return told


def given(**query: Any) -> dict[str, Any]:
    """What was given of a query, instants as the platform reads them.

    >>> given(post=None, at=date(2026, 7, 1))
    {'at': '2026-07-01'}
    """
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in query.items()
        if value is not None
    }
