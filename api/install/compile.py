"""Compile what the platform computes with, so that no patrol or plan waits for it. Run by the install script."""

from zoneinfo import ZoneInfo

import numpy as np
import shapely

from geo.coverage.areas import Areas, areas_seen
from geo.coverage.sightings import Lines, Track, see_all
from geo.duties.account import account_of
from geo.duties.duty import Duty
from geo.duties.own_side import Banks, see_own_side
from geo.duties.records import Sightings
from geo.duties.scope import DAY_S, Scope, never_seen
from geo.network.noding import node
from geo.network.places import places_near
from geo.network.shortest import costs
from geo.network.ways import Ways
from geo.plan.solve import solve
from geo.plan.tasks import Alternative, Crew, Limit, Task
from geo.tracks.honesty.course import Course
from geo.tracks.honesty.sifting import can_replay
from geo.tracks.honesty.trace import Trace, likely_lags


def compile_all() -> None:
    """Call each compiled function once: what the compiler makes of it is kept for those who call it later."""
    lines = Lines([shapely.LineString([(0, 0), (100, 0)])])
    still = Track(np.array([50.0]), np.zeros(1), np.zeros(1), np.array([5.0]), np.array([0, 1]))
    see_all(still, lines, [25.0])
    see_own_side(still, "foot", Banks([shapely.LineString([(0, 0), (100, 0)])], [shapely.box(0, 0, 100, 9)]), [25.0])
    passed = Trace(np.zeros(1, dtype=np.int64), np.zeros(1))
    likely_lags(passed, passed)
    can_replay(Course(*np.zeros((3, 2))), Course(*np.zeros((3, 2))), 0.0)
    areas_seen(still, Areas([shapely.box(0, 0, 9, 9)], [None]), reach_m=25.0)
    _owe()
    _plan()


def _owe() -> None:
    """What a line never seen owes after a day."""
    one = np.zeros(1, dtype=np.int64)
    scope = Scope(one, one, one + 100, np.zeros(1), np.full(1, np.inf), one)
    duty = Duty(code="D", post_code="P", layer="bank", interval_days=1)
    term = (0.0, 2 * DAY_S)
    account_of([duty], never_seen(scope), Sightings.none(), term=term, zone=ZoneInfo("Asia/Shanghai"))


def _plan() -> None:
    """A crew's way along a road to one piece of it."""
    road = node(Ways.of([shapely.LineString([(0, 0), (100, 0)])], "residential"))
    here, _ = places_near(road, np.array([0.0, 50.0]), np.zeros(2), "foot", within_m=10)
    task = Task((Alternative(1, 1, 60.0, prize=1.0),))
    solve([task], [Crew(0, 0, 0, 3600)], [costs(road, "foot", here, here)], Limit(iterations=5), seed=1)


if __name__ == "__main__":
    compile_all()
