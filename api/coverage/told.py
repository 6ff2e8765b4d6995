"""Coverage as answers and files tell it: what was asked, and for each piece what was seen of it."""

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.answers.times import said
from api.coverage.asked import Asked
from api.coverage.known import not_begun
from api.coverage.pieces import By
from geo.duties.calendar import local_date

STATES = ("seen", "unseen", "unknown")
Tell = Callable[[datetime | None], str | None]
"""How one reader is told when something was seen: `said`, or by the day (api.veil.moments)."""


def told_of(asked: Asked, by: By, tell: Tell = said) -> dict[str, Any]:
    """What a figure of coverage stands on: layer, pieces, period, reach, as known when; since when, if not ever; and
    whose rule it is, where a duty was asked for. `future`: the period has not begun as of then, so nothing is known.

    What is asked to be known later than now is known now.
    """
    now = datetime.now(UTC)
    known_at = min(asked.known_at or now, now)
    return {
        "layer": asked.layer.id,
        "by": by,
        "from": said(asked.period[0], asked.zone),
        "to": said(asked.period[1], asked.zone),
        "reach_m": asked.reach_m,
        "known_at": said(known_at, asked.zone),
        "future": not_begun(asked.period[0], known_at),
        **({"known_since": tell(_in_zone(asked.known_since, asked.zone))} if asked.known_since else {}),
        **_rule(asked),
    }


def _rule(asked: Asked) -> dict[str, Any]:
    """Which version of which duty says what counts."""
    duty = asked.counted.duty
    if duty is None:
        return {}
    since = local_date(duty.valid_from_s, asked.zone).isoformat() if asked.zone else None
    return {"duty": duty.code, "rule": duty.rule, "citation": duty.citation, "valid_from": since}


def _in_zone(moment: datetime, zone: ZoneInfo | None) -> datetime:
    return moment.astimezone(zone) if zone else moment


def piece_of(row: Mapping[str, Any], by: By, *, drawn: bool, tell: Tell = said) -> dict[str, Any]:
    """One row of api.coverage.lines.line_coverage under the names that answers give; drawn: with its geometries."""
    ranges = {state: _ranges(row[state], by) for state in STATES}
    told = {
        "id": row["id"],
        "code": row["code"],
        "name": row["name"],
        "length_m": row["length_m"],
        "seen_m": row["seen_m"],
        "seen_sure_m": row["sure_m"],
        "seen_possible_m": row["possible_m"],
        "share": row["share"],
        "share_sure": row["sure_share"],
        "share_possible": row["possible_share"],
        "unknown_m": row["unknown_m"],
        "last_seen": tell(row["last_seen"]),
        **ranges,
    }
    if drawn:
        told |= {f"{state}_geometry": _drawn(row[f"{state}_geometry"]) for state in STATES}
    return told


def _ranges(by_target: dict[str, list[list[float]]], by: By) -> Any:
    """The ranges of a piece; by the code of their target where a piece has several."""
    if by == "target":
        return next(iter(by_target.values()))
    return {code: spans for code, spans in by_target.items() if spans}


def _drawn(text: str | None) -> dict[str, Any] | None:
    shape: dict[str, Any] | None = json.loads(text) if text else None
    return shape if shape and shape["coordinates"] else None


def share_pair(sure: float, possible: float) -> str:
    """A share as the pair that bounds it, in whole percent and never narrower than it is, nor over the whole.

    >>> share_pair(0.788, 0.8341), share_pair(0.0, 0.001), share_pair(1.0, 1.0)
    ('78–84 %', '0–1 %', '100 %')
    """
    # A hair of rounding in a share must not move it by a whole percent.
    low, high = math.floor(sure * 100 + 1e-9), min(math.ceil(possible * 100 - 1e-9), 100)
    return f"{low} %" if low == high else f"{low}–{high} %"
