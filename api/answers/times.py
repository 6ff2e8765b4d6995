"""How every answer writes an instant: RFC 3339, in the deployment's zone, with its offset."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

__all__ = ["said"]


def said(moment: datetime | float | None, zone: ZoneInfo | None = None) -> str | None:
    """An instant as answers write it; None for none, and for one that never was or never will be.

    moment: with its offset, or Unix seconds. zone: the deployment's, as `read_city` tells it. It may be left out for
    what the database told alone: every transaction hangs its clock there (deployment/access_reader).

    >>> said(0.5, ZoneInfo("Asia/Shanghai"))
    '1970-01-01T08:00:00.500000+08:00'
    >>> said(datetime.fromisoformat("2026-06-01T00:00:00Z"), ZoneInfo("Asia/Shanghai"))
    '2026-06-01T08:00:00+08:00'
    >>> said(math.inf, ZoneInfo("Asia/Shanghai")) or said(None)
    """
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return (moment.astimezone(zone) if zone else moment).isoformat()
    if zone is None:
        raise ValueError("Unix seconds are in no zone: one has to be named")
    return datetime.fromtimestamp(moment, zone).isoformat() if math.isfinite(moment) else None
