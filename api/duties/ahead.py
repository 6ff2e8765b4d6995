"""Figures of a time that is yet to come: what they rest on, said beside them."""

import time
from datetime import datetime
from typing import Any

__all__ = ["DEBT_AHEAD", "TERM_AHEAD", "TERM_FUTURE", "ahead", "known_s"]

DEBT_AHEAD = "时刻晚于所知:按此后无人巡查推算,不是实际所欠。"
TERM_AHEAD = "时段尚未结束:未到期的不计入应巡,按时率按此后无人巡查推算,覆盖只到所知为止。"
TERM_FUTURE = "时段尚未开始:各项都还没有数,按时率按此后无人巡查推算。"


def known_s(known_at: datetime | None) -> float:
    """Up to when something is known, Unix seconds: what is asked to be known later than now is known now."""
    now_s = time.time()
    return now_s if known_at is None else min(known_at.timestamp(), now_s)


def ahead(until_s: float, known_until_s: float, note: str) -> dict[str, Any]:
    """`forecast`: whether figures up to an instant lie beyond what is known; and the note that says so, else None.

    >>> ahead(2.0, 2.0, "…"), ahead(3.0, 2.0, "…")
    ({'forecast': False, 'note': None}, {'forecast': True, 'note': '…'})
    """
    forecast = until_s > known_until_s
    return {"forecast": forecast, "note": note if forecast else None}
