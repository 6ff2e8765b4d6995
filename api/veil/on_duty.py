"""When and where a patrol was on duty: hours of its crew or of its post's duties, and the street's area that day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.duties.read import duty_value
from api.sightings.targets import City
from api.tracks.track import Floats
from geo.duties.calendar import in_force, instant, local_date, open_spans, within
from geo.duties.duty import DAY_MINUTES, Duty, parse_window
from layers import query
from layers.crs import STORED, project

__all__ = ["NEVER", "Hours", "clipped_ends", "hours_of", "street_on", "wholly_on_duty"]

Hours = Floats | None
"""(k, 2) spans of Unix seconds, apart and in order; None for all day."""
NEVER = np.empty((0, 2))


def hours_of(
    connection: Connection, veils: Iterable[RowMapping], ends: Mapping[int, tuple[datetime, datetime]], zone: ZoneInfo
) -> dict[int, Hours]:
    """The hours of duty of patrols, by number, from the day before each to its end, for a night's begin the day before.

    They are the crew's where it has some on record; else the windows of the duties that its post has on the day, all
    day for a duty without; all day where it has none. Duties of the post of which none is open leave no hours at all.
    veils: rows of patrol/patrol_veil. ends: when each began and ended; one that has no fixes has none, and no hours.
    """
    rows = [row for row in veils if row["patrol_id"] in ends]
    posts = sorted({row["post_code"] for row in rows if row["hours_from"] is None and row["post_code"]})
    duties: dict[str, list[Duty]] = {}
    for row in query.rows(connection, "duty/hours_of_posts", None, posts=posts) if posts else ():
        duties.setdefault(row["post_code"], []).append(duty_value(dict(row), zone))
    return {row["patrol_id"]: _hours(row, ends[row["patrol_id"]], duties, zone) for row in rows}


def clipped_ends(ends: tuple[datetime, datetime], hours: Hours) -> tuple[datetime, datetime] | None:
    """What lies within hours between a patrol's start and end: from when to when; None for nothing.

    >>> from datetime import UTC
    >>> ends = (datetime(2026, 6, 1, 6, tzinfo=UTC), datetime(2026, 6, 1, 9, tzinfo=UTC))
    >>> [one.hour for one in clipped_ends(ends, np.array([[7.0, 8.0]]) * 3600 + ends[0].timestamp() - 6 * 3600)]
    [7, 8]
    """
    if hours is None:
        return ends
    start_s, end_s = (end.timestamp() for end in ends)
    if start_s == end_s:
        return ends if ((hours[:, 0] <= start_s) & (start_s < hours[:, 1])).any() else None
    spans = within(hours, start_s, end_s)
    if not len(spans):
        return None
    first_s, last_s = float(spans[0, 0]), float(spans[-1, 1])
    zone = ends[0].tzinfo
    first = ends[0] if first_s == start_s else datetime.fromtimestamp(first_s, zone)
    return first, ends[1] if last_s == end_s else datetime.fromtimestamp(last_s, zone)


def wholly_on_duty(ends: tuple[datetime, datetime], hours: Hours) -> bool:
    """Whether all from a start to an end lies within one span of hours; an instant at which they close does not.

    >>> from datetime import UTC
    >>> at = [datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (7, 8, 9)]
    >>> hours = np.array([[at[0].timestamp(), at[1].timestamp()]])
    >>> [wholly_on_duty(one, hours) for one in ((at[0], at[1]), (at[1], at[1]), (at[0], at[2]))]
    [True, False, False]
    """
    if hours is None:
        return True
    start_s, end_s = (end.timestamp() for end in ends)
    nth = int(np.searchsorted(hours[:, 0], start_s, side="right")) - 1
    return nth >= 0 and bool(start_s < hours[nth, 1] and end_s <= hours[nth, 1])


def street_on(connection: Connection, day: date, city: City) -> shapely.Geometry:
    """The area of the street on a day, metres: of all streets together; empty where the grid holds none.

    Where none was valid yet, the first there were.
    """
    rows = query.rows(connection, "patrol/street_on", None, day=day)
    degrees = shapely.from_wkb(np.array([bytes(row["geom"]) for row in rows], dtype=object))
    return shapely.union_all(project(degrees, STORED, city.metric_crs)) if len(rows) else shapely.MultiPolygon()


def _hours(
    row: RowMapping, ends: tuple[datetime, datetime], duties: Mapping[str, Sequence[Duty]], zone: ZoneInfo
) -> Hours:
    start_s, end_s = instant(row["day"] - timedelta(days=1), 0, zone), ends[1].timestamp() + 1
    if row["hours_from"] is not None:
        return _crew_hours(row["hours_from"], row["hours_to"], (start_s, end_s), zone)
    on_day = instant(row["day"], 0, zone), instant(row["day"] + timedelta(days=1), 0, zone)
    charged = [one for one in duties.get(row["post_code"], ()) if len(in_force([one], *on_day, zone))]
    if not charged:
        return None
    return within(np.concatenate([open_spans(one, start_s, end_s, zone) for one in charged]), start_s, end_s)


def _crew_hours(opens: str, closes: str, over_s: tuple[float, float], zone: ZoneInfo) -> Floats:
    """The same hours on every day; hours that begin and end in the same minute are none."""
    opens = opens.replace("24:", "00:")
    if opens == closes:
        return NEVER
    from_min, to_min = parse_window(f"{opens}-{closes}")
    first, last = (local_date(at_s, zone) for at_s in over_s)
    days = [first + timedelta(days=nth) for nth in range((last - first).days + 1)]
    spans = [(instant(day, from_min, zone), instant(day, to_min, zone, last=to_min % DAY_MINUTES != 0)) for day in days]
    return within(np.array(spans), *over_s)
