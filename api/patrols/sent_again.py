"""Fixes that were erased and are sent once more, as a phone repeats what it has buffered: known again by their times.

A fix is one of these where it lies in the span of an erased patrol of its device, from the first fix to the last. Of
the device nothing is kept but what it can be checked against (city.erased_span, layers/coverage).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from layers import query

__all__ = ["SentAgain", "sent_again", "sent_again_to"]

Indices = NDArray[np.int64]


class SentAgain(NamedTuple):
    """(n,) fixes: whether each was erased; and the codes of the patrols that they belonged to."""

    which: NDArray[np.bool_]
    patrols: tuple[str, ...]


def sent_again(connection: Connection, device: str, time_us: Indices) -> SentAgain:
    """Which of a device's fixes were erased; time_us: (n,) microseconds since 1970, in any order."""
    if not len(time_us):
        return SentAgain(np.zeros(0, dtype=bool), ())
    ends = {"start_us": int(time_us.min()), "end_us": int(time_us.max())}
    return _within(time_us, query.rows(connection, "patrol/erased_spans", None, device=device, **ends))


def sent_again_to(connection: Connection, patrol_id: int, time_us: Indices) -> SentAgain:
    """Which of the fixes that come for an erased patrol were erased with it."""
    return _within(time_us, query.rows(connection, "patrol/erased_spans_of", None, patrol_id=patrol_id))


def _within(time_us: Indices, spans: Sequence[RowMapping]) -> SentAgain:
    which, patrols = np.zeros(len(time_us), dtype=bool), []
    for span in spans:
        inside = (span["from_us"] <= time_us) & (time_us <= span["to_us"])
        which |= inside
        patrols += [span["code"]] if inside.any() else []
    return SentAgain(which, tuple(dict.fromkeys(patrols)))
