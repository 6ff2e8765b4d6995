"""Small made-up cities to plan in: streets in a grid, a river with paths, areas and points."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from geo.duties.calendar import instant
from geo.duties.duty import Duty
from geo.duties.scope import Scope, State, never_seen
from geo.network.network import Network
from geo.network.noding import node
from geo.network.ways import Ways
from geo.plan.city import City, CrewDay, DutyOwed, Targets

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 7, 1)
BEGAN = instant(date(2026, 6, 1), 0, ZONE)


def objects(shapes: Sequence[shapely.Geometry]) -> np.ndarray:
    """Shapes as an array."""
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def lines(layer: str, shapes: Sequence[shapely.LineString], waters: Sequence[shapely.Geometry | None] = ()) -> Targets:
    """Line targets A, B, …"""
    codes = tuple(chr(65 + n) for n in range(len(shapes)))
    return Targets(layer, False, codes, tuple(f"{code}段" for code in codes), objects(shapes), tuple(waters))


def wholes(layer: str, shapes: Sequence[shapely.Geometry], *, by_roads: bool = False) -> Targets:
    """Whole targets a, b, …"""
    codes = tuple(chr(97 + n) for n in range(len(shapes)))
    return Targets(layer, True, codes, tuple(f"{code}处" for code in codes), objects(shapes), (), by_roads)


def state_of(targets: Targets, began_s: float = BEGAN) -> State:
    """All of the targets, never seen since then."""
    count = len(targets.codes)
    whole = np.full(count, 100)
    length = whole if targets.whole else np.array([round(shape.length * 100) for shape in targets.shapes])
    zero = np.zeros(count, dtype=np.int64)
    scope = Scope(
        np.arange(count), zero, length.astype(np.int64), np.full(count, began_s), np.full(count, np.inf), zero
    )
    return never_seen(scope)


def owed(targets: Targets, code: str = "D", **of: object) -> DutyOwed:
    """A duty over all of the targets, weekly where nothing else is said."""
    rhythm = {} if "per" in of else {"interval_days": 7}
    duty = Duty(**({"code": code, "post_code": "P", "layer": targets.layer, **rhythm, **of}))  # type: ignore[arg-type]
    return DutyOwed((duty,), targets.layer, targets.codes, state_of(targets))


def crew(code: str = "1", mode: str = "foot", start: tuple[float, float] | None = (0.0, 0.0), **of: object) -> CrewDay:
    """A crew of post P, from eight to four, that comes back to where it starts."""
    day = of.pop("day", DAY)
    hours = of.pop("hours", (8.0, 16.0))
    from_s, to_s = (instant(day, 0, ZONE) + hour * 3600 for hour in hours)
    posts = of.pop("posts", frozenset({"P"}))
    end = of.pop("end", start)
    return CrewDay(code, f"{code}组", mode, posts, day, from_s, to_s, start, end, **of)  # type: ignore[arg-type]


def streets(rows: int = 4, columns: int = 4, block_m: float = 300.0, kind: str = "minor") -> list[shapely.LineString]:
    """A grid of streets from (0, 0) on."""
    wide, high = (columns - 1) * block_m, (rows - 1) * block_m
    across = [shapely.LineString([(0, n * block_m), (wide, n * block_m)]) for n in range(rows)]
    return across + [shapely.LineString([(n * block_m, 0), (n * block_m, high)]) for n in range(columns)]


def network_of(shapes: Sequence[shapely.LineString], kind: str = "minor", **of: object) -> Network:
    """The network of lines."""
    names = [f"{n + 1}号路" for n in range(len(shapes))]
    return node(Ways.of(list(shapes), kind, name=names, **of))  # type: ignore[arg-type]


def city_of(network: Network, targets: Sequence[Targets], duties: Sequence[DutyOwed], **of: object) -> City:
    """A city as known when DAY begins."""
    return City(network, tuple(targets), tuple(duties), ZONE, instant(DAY, 0, ZONE), **of)  # type: ignore[arg-type]


def street_city(rows: int = 4, columns: int = 4, block_m: float = 300.0) -> City:
    """A grid of streets, each of them owed."""
    roads = lines("road", streets(rows, columns, block_m))
    return city_of(network_of(list(roads.shapes)), [roads], [owed(roads)])
