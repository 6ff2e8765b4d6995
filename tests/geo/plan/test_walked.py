"""Planned against walked: what patrols saw that counts, piece by piece, and what is owed after."""

import numpy as np
import pytest

from geo.course.promise import NAMES, Reckoner, seen_by, track_of
from geo.course.walked import walked
from geo.duties.calendar import instant
from geo.duties.records import Sightings
from geo.plan.city import Options
from geo.plan.day import plan_day
from geo.plan.tasks import Limit
from tests.geo.plan.cities import DAY, ZONE, crew, street_city

NIGHT = instant(DAY, 1439, ZONE)


@pytest.fixture(scope="module")
def planned():
    return plan_day(street_city(2, 2), [crew()], Options(), Limit(iterations=40))


def counted(planned, share):
    """What counts of the planned line, walked up to a share of its vertices."""
    problem, route = planned.problem, planned.plan.routes[0]
    count = int(len(route.time_s) * share)
    track = track_of(route.xy[:count], route.time_s[:count], 5.0)
    seen = seen_by(problem.ground, track, "foot", problem.city.duties, route.from_s)
    reckoner = Reckoner.of(problem.ground, problem.city.duties, instant(DAY, 0, ZONE), problem.judged_s)
    rows = reckoner.rows(problem.crews, [seen])
    return {bound: [rows[bound][0] if rows[bound] else Sightings.none()] for bound in NAMES}


def test_a_plan_walked_as_planned_is_walked_and_pays_what_was_promised(planned):
    found = walked(planned.problem.city, planned.plan, counted(planned, 1), frozenset({"1"}), NIGHT)
    assert {one.state for one in found.pieces} == {"walked"}
    assert len(found.pieces) == planned.plan.totals.pieces
    assert found.after[0] == pytest.approx(found.promised[0].nominal, abs=1)
    assert all(one.planned_s <= one.walked_s + 120 for one in found.pieces)


def test_what_was_not_walked_is_missed_and_why_is_told(planned):
    city, plan = planned.problem.city, planned.plan
    half = walked(city, plan, counted(planned, 0.5), frozenset({"1"}), NIGHT)
    assert {one.state for one in half.pieces} >= {"walked", "missed"}
    assert {one.why for one in half.pieces if one.state == "missed"} == {"not_there"}
    assert half.promised[0].nominal < half.after[0] < half.before[0]
    none = {bound: [Sightings.none()] for bound in NAMES}
    nobody = walked(city, plan, none, frozenset(), NIGHT)
    assert {(one.state, one.why) for one in nobody.pieces} == {("missed", "not_out")}
    assert nobody.pieces[0].why_text == "该组当天没有巡查记录"
    assert nobody.after == nobody.before
    morning = walked(city, plan, none, frozenset(), instant(DAY, 480, ZONE))
    assert {one.state for one in morning.pieces} == {"not_yet"}
    assert all(np.isnan(one.walked_s) for one in morning.pieces)
