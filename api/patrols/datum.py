"""Which datum a patrol's positions are in: held against roads and banks, told, and where it is plain, put right.

Raw positions and the declared datum are kept as they came. Where the lines say with odds of CERTAIN and more that the
positions are in another datum than was declared, they are converted from that one; otherwise from the declared one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.patrols.examine import Flags
from api.patrols.worked import DATUMS, StoredFixes
from api.sightings.targets import City
from api.tracks.track import Floats
from geo.tracks.cleaning import INEXACT_M
from geo.tracks.datum import Datum, to_wgs84
from geo.tracks.verdict import Known, Verdict, weigh
from layers import query
from layers.crs import STORED, transformer

CERTAIN = 0.99
"""Positions are converted from another datum than declared at 99 to 1 and better."""
FEW, MANY = 25, 3_000
"""How many fixes are weighed first; and how many where those do not tell."""
NAMES = {"wgs84": "WGS84", "gcj02": "GCJ-02", "bd09": "BD-09"}
_WHY = {
    "few": "相隔够远的定位点太少",
    "far": "轨迹离道路与岸线都远",
    "unsure": "几种基准都说得通",
}
SHIFTED_DEG = 0.02
"""Further than any of the three datums lies from another."""


@dataclass(frozen=True)
class Found:
    """What a patrol's positions turned out to be in.

    declared: as it came with them. found: 'wgs84', 'gcj02', 'bd09', 'same' (outside China) or 'unknown'. odds: of each
    datum, how many fixes were weighed and why it is unknown. used: the datum that they were converted from.
    """

    declared: str | None
    found: str
    odds: Mapping[str, Any]
    used: str


def settle_datum(
    connection: Connection, patrol_id: int, patrol: RowMapping, fixes: StoredFixes, around: tuple[Known, City]
) -> tuple[Found, StoredFixes]:
    """Which datum the patrol's own fixes are in, and the fixes converted from it; written down where that differs."""
    known, city = around
    found = find_datum(fixes, patrol["datum_declared"], known, city)
    query.execute(
        connection, "patrol/datum_note", None, patrol_id=patrol_id, found=found.found, odds=json.dumps(found.odds)
    )
    return found, _converted(connection, patrol, fixes, found.used)


def find_datum(fixes: StoredFixes, declared: str | None, known: Known, city: City) -> Found:
    """Which datum the own fixes are in, by their raw positions alone: it does not matter how they are converted now."""
    near = fixes.own & ~(fixes.accuracy_m > INEXACT_M) & _near(fixes, city)
    verdict = _weighed(fixes.lon_raw[near], fixes.lat_raw[near], known, city)
    found = "same" if verdict.reason == "same" else str(verdict.datum) if verdict.datum else "unknown"
    sure = found in DATUMS and verdict.odds[Datum(found)] >= CERTAIN
    odds: dict[str, Any] = {str(datum): round(share, 4) for datum, share in verdict.odds.items()}
    odds |= {"reason": verdict.reason, "fixes": verdict.fixes}
    return Found(declared, found, odds, found if sure else declared or str(Datum.WGS84))


def found_before(declared: str | None, found: str | None, odds: Mapping[str, Any] | None) -> Found | None:
    """What a patrol's positions were found to be in when it was last worked out; None where they never were weighed."""
    if found is None or odds is None:
        return None
    used = found if found in DATUMS and odds[found] >= CERTAIN else declared or str(Datum.WGS84)
    return Found(declared, found, odds, used)


def datum_told(declared: str | None, found: str | None, odds: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The datum as answers tell it, in words too; None where it was never weighed.

    >>> datum_told("wgs84", "gcj02", {"wgs84": 0.0, "gcj02": 1.0, "bd09": 0.0})["words"]
    '申报为 WGS84,但对照道路与岸线,像是 GCJ-02(把握 100%):已按 GCJ-02 换算,原始坐标保留。'
    """
    before = found_before(declared, found, odds)
    if before is None:
        return None
    told = {"odds": {name: before.odds[name] for name in DATUMS}, "words": _words(declared, before.found, before.odds)}
    return {"declared": declared, "found": found, "used": before.used, **told}


def _words(declared: str | None, found: str, odds: Mapping[str, Any]) -> str:
    said = NAMES[declared] if declared else "未申报"
    if found == "same":
        return "此处三种坐标基准相同,不必换算。"
    if found == "unknown":
        return f"判断不出坐标基准({_WHY.get(odds.get('reason', ''), '依据不足')}):按申报的 {said} 换算。"
    if found == declared:
        return f"对照道路与岸线,确为申报的 {said}(把握 {odds[found]:.0%})。"
    seems = f"申报为 {said},但对照道路与岸线,像是 {NAMES[found]}(把握 {odds[found]:.0%})"
    if odds[found] >= CERTAIN:
        return f"{seems}:已按 {NAMES[found]} 换算,原始坐标保留。"
    return f"{seems},未到 {CERTAIN:.0%}:仍按申报换算,请核对设备设置。"


def _near(fixes: StoredFixes, city: City) -> Flags:
    """Which fixes could lie inside the bounds, whatever their datum."""
    west, south, east, north = city.bounds
    inside = (fixes.lon_raw >= west - SHIFTED_DEG) & (fixes.lon_raw <= east + SHIFTED_DEG)
    return inside & (fixes.lat_raw >= south - SHIFTED_DEG) & (fixes.lat_raw <= north + SHIFTED_DEG)


def _weighed(lon: Floats, lat: Floats, known: Known, city: City) -> Verdict:
    """The verdict by a few of the fixes where those tell, for it takes the longer the more there are; else by many."""
    to_metric = transformer(STORED, city.metric_crs).transform
    few, many = (slice(None, None, max(1, -(-len(lon) // most))) for most in (FEW, MANY))
    verdict = weigh(lon[few], lat[few], known, to_metric)
    if few == many or (verdict.datum and verdict.odds[verdict.datum] >= CERTAIN):
        return verdict
    return weigh(lon[many], lat[many], known, to_metric)


def _converted(connection: Connection, patrol: RowMapping, fixes: StoredFixes, used: str) -> StoredFixes:
    """The own fixes converted from that datum; those that were converted from another are written down."""
    other = np.flatnonzero(fixes.own & (fixes.datum != DATUMS.index(used)))
    if not len(other):
        return fixes
    lon, lat, datum = fixes.lon.copy(), fixes.lat.copy(), fixes.datum.copy()
    lon[other], lat[other] = to_wgs84(fixes.lon_raw[other], fixes.lat_raw[other], used)
    datum[other] = DATUMS.index(used)
    query.execute(
        connection,
        "patrol/datum_convert",
        None,
        device=patrol["device"],
        first=patrol["first"],
        last=patrol["last"],
        datum=used,
        times_us=fixes.time_us[other].tolist(),
        lon=lon[other].tolist(),
        lat=lat[other].tolist(),
    )
    return replace(fixes, lon=lon, lat=lat, datum=datum)
