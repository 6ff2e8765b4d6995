"""Stops in an order that people can follow, for no metre more."""

from itertools import pairwise

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plan.change import solution_of
from geo.plan.city import Options
from geo.plan.problem import prepare
from geo.plan.tasks import Stop
from geo.plan.tidy import tidied
from tests.geo.plan.cities import city_of, crew, lines, network_of, owed

ROAD = lines("road", [shapely.LineString([(0, 0), (2400, 0)])])
PROBLEM = prepare(city_of(network_of(list(ROAD.shapes)), [ROAD], [owed(ROAD)]), [crew()], Options())


def parts(found):
    """How often a route goes on for more than 80 m between what it does."""
    return sum(after.arrive_s - before.leave_s > 80 / 1.2 for before, after in pairwise(found.routes[0].visits))


def test_pieces_left_for_the_way_back_are_done_on_the_way_out():
    along = sorted(range(len(PROBLEM.tasks)), key=lambda n: PROBLEM.pieces[n].from_m)
    out, back = along[::2], along[1::2][::-1]
    order = [Stop("task", n, 0) for n in out] + [Stop("task", n, 1) for n in back]
    before = solution_of(PROBLEM, [order])
    after = tidied(PROBLEM, before)
    assert before.feasible and after.feasible and len(along) > 3
    assert parts(after) < parts(before) and after.length_m <= before.length_m + len(order)
    assert [stop.of for stop in after.stops[0]] == along


@settings(max_examples=30)
@given(st.permutations(range(len(PROBLEM.tasks))))
def test_tidying_loses_nothing_and_goes_no_further(order):
    before = solution_of(PROBLEM, [[Stop("task", n, n % 2) for n in order]])
    after = tidied(PROBLEM, before)
    assert {stop.of for stop in after.stops[0]} == set(order)
    assert after.prize == before.prize and after.length_m <= before.length_m + len(order)
    assert tidied(PROBLEM, after) == after
