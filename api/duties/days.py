"""Days that are over, worked out once: a screen asks every minute, and only today is another by then.

Nothing is taken for known by its date: what is kept is found again by all that it was worked out from, the duty's
versions, its state as the first day begins and every sighting that counts. A track that came late, a rule or a target
that changed is another question, and is worked out anew.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from zoneinfo import ZoneInfo

import numpy as np

from api.duties.accounts import DutyAccount
from geo.duties.records import Sightings
from geo.duties.scope import State
from geo.duties.trend import Trend, trend_on

__all__ = ["Days"]

MOST_KEPT = 2000
"""Duties and spans of days: a street has a hundred duties, and screens ask for a few spans."""
Kept = tuple[Trend, State]


class Days:
    """What duties came to on days that are over; the ones not asked for longest are forgotten."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def trend(self, account: DutyAccount, edges_s: Sequence[float], zone: ZoneInfo) -> Trend:
        """A duty step by step, from its account of all of the steps; all but the last are kept."""
        versions, rows = account.charge.versions, account.counted
        if len(edges_s) < 2:
            return Trend.nothing(0)
        over = rows.take((rows.last_s >= edges_s[0]) & (rows.first_s <= edges_s[-2]))
        key = _digest(versions, account.began, over, edges_s[:-1], zone)
        with self._lock:
            kept = self._kept.pop(key, None)
        if kept is None:
            kept = trend_on(versions, account.began, over, edges_s=edges_s[:-1], zone=zone)
        with self._lock:
            self._kept[key] = kept
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        before, state = kept
        last, _ = trend_on(versions, state, rows, edges_s=edges_s[-2:], zone=zone)
        return before.then(last)


def _digest(
    versions: Sequence[object], state: State, rows: Sightings, edges_s: Sequence[float], zone: ZoneInfo
) -> bytes:
    """All that a stretch of days is worked out from."""
    digest = hashlib.sha256(repr((versions, list(edges_s), zone.key)).encode())
    for column in (*state, *rows[:5]):  # whose a sighting was does not matter any more: it counts
        digest.update(len(column).to_bytes(8, "big"))
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.digest()
