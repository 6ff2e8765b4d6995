"""What a plan is made from: the city as it stands, the crews that go out, and how the plan is to be made.

All places are metres of the metric CRS, all times Unix seconds, chainage whole centimetres. A line is owed in
metre-days, a whole target (area, point) in target-days; where the two have to be weighed against each other, a target
stands as `Options.target_worth_m` metres of line, and nowhere else.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.duties.duty import MODES, Duty, versions_of
from geo.duties.scope import State
from layers.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from geo.network.network import Network

__all__ = ["Appointment", "Break", "City", "CrewDay", "DutyOwed", "Options", "Targets"]

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Place = tuple[float, float]
MOST_CREWS = 100
"""Crews in one plan: a street has twenty."""


@dataclass(frozen=True)
class Targets:
    """The targets of one layer: (n,) codes, names as users read them, and shapes in metres.

    whole: settled whole, as areas and points are; else lines, whose chainage begins at their first vertex. waters: (n,)
    for banks the polygon that each is the bank of, None for none; empty where nothing has a side. by_roads: areas of
    which the share of the roads inside is measured, not that of the area, as of grids.
    """

    layer: str
    whole: bool
    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: Geometries
    waters: tuple[shapely.Geometry | None, ...] = ()
    by_roads: bool = False


@dataclass(frozen=True)
class DutyOwed:
    """A duty, and what is owed of it.

    versions: of one duty, as geo.duties takes them. layer: whose targets settle it, one of City.targets. codes: of its
    targets, as `state.target` counts them. state: when every piece of what it covers was last seen, by what counts for
    it, until City.known_s. risk: (codes,) how much a metre-day of each target weighs; none: 1. last_effective_s: by
    post or crew, the end of the last effective patrol, for the least gap. effective_s: when its effective patrols
    started in the calendar periods that a plan touches, for counts per period.
    """

    versions: tuple[Duty, ...]
    layer: str
    codes: tuple[str, ...]
    state: State
    risk: Floats | None = None
    last_effective_s: Mapping[str, float] = field(default_factory=dict)
    effective_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        versions_of(self.versions)
        if self.risk is not None and not ((self.risk >= 0) & np.isfinite(self.risk)).all():
            raise BadInput(f"职责 {self.code} 的风险权重里有负数或不是数的值:请给出不小于 0 的数。")

    @property
    def code(self) -> str:
        """The duty's code."""
        return self.versions[-1].code

    def at(self, time_s: float) -> Duty | None:
        """The version in force at a time; None: none is."""
        held = [duty for duty in self.versions if duty.valid_from_s <= time_s < duty.valid_to_s]
        return held[0] if held else None


@dataclass(frozen=True)
class City:
    """The city as a plan finds it.

    network: what can be gone along. duties: what is owed, as
    known until known_s, Unix seconds. roads: the lines whose length inside areas counts.
    """

    network: "Network"
    targets: tuple[Targets, ...]
    duties: tuple[DutyOwed, ...]
    zone: ZoneInfo
    known_s: float
    roads: Geometries = field(default_factory=lambda: np.empty(0, dtype=object))

    def __post_init__(self) -> None:
        known = {targets.layer for targets in self.targets}
        for duty in self.duties:
            if duty.layer not in known:
                raise BadInput(f"职责 {duty.code} 的图层 {duty.layer!r} 没有给出对象:请连同对象一并给出。")

    def of(self, layer: str) -> Targets:
        """The targets of a layer."""
        return next(targets for targets in self.targets if targets.layer == layer)


class Break(NamedTuple):
    """A pause of so many seconds that must begin and end within [from_s, to_s], at one of some places.

    Without a place it is taken at the start, the end, or where a piece begins.
    """

    from_s: float
    to_s: float
    length_s: float
    places: tuple[Place, ...] = ()


class Appointment(NamedTuple):
    """Where a crew must be for so many seconds, beginning and ending within [from_s, to_s]."""

    name: str
    place: Place
    from_s: float
    to_s: float
    length_s: float


@dataclass(frozen=True)
class CrewDay:
    """One crew on one day.

    day: the local day it starts on. posts: those it goes out for. start, end: where, metres; None: anywhere, which
    costs no way. from_s, to_s: its hours. most_m: the most metres; infinite for no limit. started_s: when its outing
    began, where it is under way already: `start` is then where it is, and from_s is now.
    """

    code: str
    name: str
    mode: str
    posts: frozenset[str]
    day: date
    from_s: float
    to_s: float
    start: Place | None = None
    end: Place | None = None
    most_m: float = math.inf
    breaks: tuple[Break, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    started_s: float | None = None
    start_name: str = ""
    end_name: str = ""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise BadInput(f"巡查组 {self.name} 的方式 {self.mode!r} 应为 {'、'.join(MODES)} 之一。")
        if not (math.isfinite(self.from_s) and math.isfinite(self.to_s) and self.from_s <= self.to_s):
            raise BadInput(f"巡查组 {self.name} 的起止时刻不成立:收工应不早于出发,且都须是有限的数。")
        if not self.most_m >= 0:
            raise BadInput(f"巡查组 {self.name} 的最多里程 {self.most_m:g} 应为不小于 0 的数。")
        stops = [(one.from_s, one.to_s, one.length_s) for one in self.breaks]
        stops += [(one.from_s, one.to_s, one.length_s) for one in self.appointments]
        if any(not (length_s >= 0 and from_s + length_s <= to_s) for from_s, to_s, length_s in stops):
            raise BadInput(f"巡查组 {self.name} 有一段休息或约定放不进它的时段:请放宽时段或缩短时长。")
        places = [self.start, self.end, *(p for one in self.breaks for p in one.places)]
        places += [one.place for one in self.appointments]
        if not all(math.isfinite(axis) for place in places if place for axis in place):
            raise BadInput(f"巡查组 {self.name} 有一处地点不是有限的坐标:请重新点选。")

    @property
    def route(self) -> str:
        """What its route is called, unique in a plan.

        >>> CrewDay("A", "甲组", "foot", frozenset(), date(2026, 6, 1), 0.0, 1.0).route
        'A·2026-06-01'
        """
        return f"{self.code}·{self.day:%Y-%m-%d}"


@dataclass(frozen=True)
class Options:
    """How a plan is made.

    unverified: whether banks may be walked of which nobody knows whether they can be. ahead_days: debt is weighed as it
    would stand so many local midnights after the day begins; 1: tonight. longest_m: no piece is longer to walk.
    target_worth_m: a whole target stands as so many metres of line, where the two are weighed. stop_s: how long a stop
    at a point takes at least. stub_m: how far off the network a stop may lie, on foot. layers, duties: only these;
    none: all. quota: whether visits that a calendar period still lacks are worth something before they are overdue.
    """

    unverified: bool = False
    ahead_days: int = 1
    longest_m: float = 400.0
    target_worth_m: float = 200.0
    stop_s: float = 60.0
    stub_m: float = 300.0
    layers: frozenset[str] | None = None
    duties: frozenset[str] | None = None
    quota: bool = True
    most_pieces: int = 5000
    fixed: Mapping[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.ahead_days <= 366:
            raise BadInput(f"提前天数 {self.ahead_days} 应为 1 至 366。")
        for name in ("longest_m", "target_worth_m", "stop_s", "stub_m"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise BadInput(f"选项 {name} 的值 {value:g} 应为不小于 0 的数。")
        if self.longest_m < 20:
            raise BadInput(f"每块最长 {self.longest_m:g} 米太短:请给出 20 米以上。")


def check_crews(crews: Sequence[CrewDay]) -> None:
    """Raises BadInput for no crews, or two routes of one name; TooLarge for more than MOST_CREWS."""
    if not crews:
        raise BadInput("没有给出巡查组:请至少给出一个。")
    if len(crews) > MOST_CREWS:
        raise TooLarge(f"一次给出 {len(crews)} 个巡查组日,超过 {MOST_CREWS} 个:请分开排。")
    names = [crew.route for crew in crews]
    again = sorted({name for name in names if names.count(name) > 1})
    if again:
        raise BadInput(f"巡查组 {again[0]} 在同一天出现了两次:请合并,或换一个编码。")
