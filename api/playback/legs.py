"""The legs of the patrols of a period, thinned, to be played back; and how many fixes they had when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from api.access.reader import Reader
from api.answers.times import said
from api.patrols.pseudonyms import code_told
from api.patrols.told import told_row
from api.playback.columns import DEGREES, MILLISECONDS, steps
from api.sightings.targets import City
from api.tracks.moments import Period
from api.tracks.track import Floats
from api.veil.listed import patrol_rows, sees_persons
from api.veil.veiled import shown_legs, veiled_rows, veils
from layers import query
from layers.crs import STORED, transformer
from layers.errors import TooLarge

__all__ = ["BIN_S", "Leg", "bins", "played"]

BIN_S = (60, 300, 900, 3600, 86_400)
MOST_BINS = 300
MOST_PATROLS, MOST_FIXES = 2_000, 2_000_000
ROUNDED_M = 0.1
"""What writing places to a millionth of a degree, and times to a millisecond, takes of the tolerance."""
_PERSONAL = ("crew_name", "post_name", "pending", "pending_fixes")
"""Who it was; and what is not worked out yet, which comes as a phone sends it, on duty or not."""
_ROW = frozenset({"fixes_read", "left_out", "made_at", "patrol_id", "datum_declared", "length_m"})


@dataclass(frozen=True)
class Leg:
    """One unbroken piece of a way, n fixes: when, Unix seconds, and where, degrees."""

    time_s: Floats
    lon: Floats
    lat: Floats


def played(connection: Connection, reader: Reader, asked: Period, city: City, tolerance_m: float) -> dict[str, Any]:
    """The patrols that started in a period as a reader is told of them, the earliest first, each with its legs.

    Places lie within the tolerance of where the legs were, at every instant. A patrol without legs is told as well:
    its track was erased, is not worked out yet, or is not shown to the reader. Raises TooLarge for too long a period.
    """
    rows = patrol_rows(connection, reader, asked, MOST_PATROLS + 1)
    _refuse_many(rows)
    rows = [row for row in reversed(rows) if row["started_at"] is not None]
    legs = _plain_legs(connection, rows) if sees_persons(reader) else _veiled_legs(connection, rows, city)
    every = [leg for own in legs.values() for leg in own]
    written = _written(legs, city, tolerance_m)
    ends = (min(leg.time_s[0] for leg in every), max(leg.time_s[-1] for leg in every)) if every else (None, None)
    return {
        "first_at": said(ends[0], city.zone),
        "last_at": said(ends[1], city.zone),
        "tolerance_m": tolerance_m,
        "fixes": sum(len(leg.time_s) for leg in every),
        "kept": sum(len(leg["t"]) for own in written.values() for leg in own),
        "histogram": bins(legs, city),
        "patrols": [
            told | {"legs": written.get(number, [])} for number, told in _about(connection, reader, rows, city)
        ],
    }


def bins(legs: Mapping[int, Sequence[Leg]], city: City) -> dict[str, Any] | None:
    """How many fixes of these legs fall in each stretch of time, and how many patrols were out; None without legs.

    A patrol is out in a stretch that one of its legs touches, and not in one that lies in a gap.
    """
    every = [leg.time_s for own in legs.values() for leg in own]
    if not every:
        return None
    first_s, last_s = min(one[0] for one in every), max(one[-1] for one in every)
    bin_s = next((one for one in BIN_S if (last_s - first_s) / one <= MOST_BINS), BIN_S[-1])
    # From a round time of the place on: its days do not begin when the days of Greenwich do.
    ahead_s = _ahead_s(float(first_s), city)
    start_s = np.floor((first_s + ahead_s) / bin_s) * bin_s - ahead_s
    count = int((last_s - start_s) // bin_s) + 1
    fixes = np.bincount(((np.concatenate(every) - start_s) // bin_s).astype(np.int64), minlength=count)
    out = np.zeros(count, dtype=np.int64)
    for own in legs.values():
        touched = np.zeros(count, dtype=bool)
        for leg in own:
            low, high = ((leg.time_s[[0, -1]] - start_s) // bin_s).astype(int)
            touched[low : high + 1] = True
        out += touched
    return {"from": said(float(start_s), city.zone), "bin_s": bin_s, "fixes": fixes.tolist(), "patrols": out.tolist()}


def _ahead_s(unix_s: float, city: City) -> float:
    offset = datetime.fromtimestamp(unix_s, city.zone).utcoffset()
    return offset.total_seconds() if offset else 0.0


def _refuse_many(rows: Sequence[Mapping[Any, Any]]) -> None:
    fixes = sum(row["fixes_kept"] for row in rows)
    if len(rows) > MOST_PATROLS or fixes > MOST_FIXES:
        raise TooLarge(
            f"这段时间有 {len(rows):,} 次以上巡查、{fixes:,} 个定位点,回放一次至多 {MOST_PATROLS:,} 次、"
            f"{MOST_FIXES:,} 个:请缩短时段。"
        )


def _plain_legs(connection: Connection, rows: Sequence[Mapping[Any, Any]]) -> dict[int, list[Leg]]:
    found: dict[int, list[Leg]] = {}
    for row in query.rows(connection, "patrol/legs_among", None, patrol_ids=[row["patrol_id"] for row in rows]):
        lon, lat = shapely.get_coordinates(shapely.from_wkb(bytes(row["geom"]))).T
        found.setdefault(int(row["patrol_id"]), []).append(Leg(np.array(row["times_s"]), lon, lat))
    return found


def _veiled_legs(connection: Connection, rows: Sequence[Mapping[Any, Any]], city: City) -> dict[int, list[Leg]]:
    shown = shown_legs(connection, veils(connection, rows, city), city)
    return {number: [_leg_of(one) for one in own] for number, own in shown.items() if own}


def _leg_of(feature: Mapping[str, Any]) -> Leg:
    places = np.array(feature["geometry"]["coordinates"], dtype=np.float64).reshape(-1, 2)
    return Leg(np.array(feature["properties"]["times_s"]), places[:, 0], places[:, 1])


def _written(
    legs: Mapping[int, Sequence[Leg]], city: City, tolerance_m: float
) -> dict[int, list[dict[str, list[int]]]]:
    every = [leg for own in legs.values() for leg in own]
    if not every:
        return {}
    from geo.tracks.thinning import thinned  # its compiler is a third of a second, which no start need wait for

    time_s, lon, lat = (np.concatenate([getattr(leg, name) for leg in every]) for name in ("time_s", "lon", "lat"))
    x, y = transformer(STORED, city.metric_crs).transform(lon, lat)
    starts = np.cumsum([0, *(len(leg.time_s) for leg in every)])
    kept, kept_starts = thinned((x, y, time_s), starts, max(tolerance_m - ROUNDED_M, 0.0))
    ends = zip(kept_starts[:-1].tolist(), kept_starts[1:].tolist(), strict=True)
    drawn = iter([_columns(time_s[own], lon[own], lat[own]) for own in (kept[low:high] for low, high in ends)])
    return {number: [next(drawn) for _ in own] for number, own in legs.items()}


def _columns(time_s: Floats, lon: Floats, lat: Floats) -> dict[str, list[int]]:
    return {"t": steps(time_s, MILLISECONDS), "x": steps(lon, DEGREES), "y": steps(lat, DEGREES)}


def _about(
    connection: Connection, reader: Reader, rows: Sequence[Mapping[Any, Any]], city: City
) -> Iterable[tuple[int, dict[str, Any]]]:
    """Each patrol's number and what is told of it, in the order of the rows, or of days to who is told no more."""
    numbers = [row["patrol_id"] for row in rows]
    found = query.rows(connection, "patrol/playback_about", None, patrol_ids=numbers)
    about = {row["patrol_id"]: {name: row[name] for name in row if name != "patrol_id"} for row in found}
    if sees_persons(reader):
        return [(number, told_row(row, _ROW) | about[number]) for number, row in zip(numbers, rows, strict=True)]
    told = veiled_rows(connection, rows, city)
    order = {code_told(row["code"], row["patrol_id"]): row["patrol_id"] for row in rows}
    hidden = [{name: value for name, value in one.items() if name not in _ROW} for one in reversed(told)]
    return [(order[one["code"]], one | _impersonal(about[order[one["code"]]])) for one in hidden]


def _impersonal(about: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in about.items() if name not in _PERSONAL}
