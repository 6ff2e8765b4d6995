"""Laws that every plan keeps, on small made-up cities."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plan.city import City, CrewDay, Options, Targets
from geo.plan.day import Planned, plan_day
from geo.plan.more import one_more, with_one_more
from geo.plan.plan import Plan
from geo.plan.tasks import Limit
from tests.geo.plan.cities import city_of, crew, lines, network_of, objects, owed, wholes

FEW = Limit(iterations=15)
MODES = ("foot", "bicycle", "car")


@st.composite
def streets(draw) -> list[shapely.LineString]:
    """Some streets of a grid, across and along."""
    spots = st.integers(0, 4).map(lambda n: n * 150.0)
    across = draw(st.lists(spots, min_size=1, max_size=3, unique=True))
    along = draw(st.lists(spots, min_size=1, max_size=3, unique=True))
    return [shapely.LineString([(0, y), (600, y)]) for y in across] + [
        shapely.LineString([(x, 0), (x, 600)]) for x in along
    ]


@st.composite
def cities(draw) -> City:
    """A city with roads owed in several ways, and points."""
    roads = lines("road", draw(streets()))
    points = draw(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600)), max_size=3))
    sites = wholes("site", [shapely.Point(*at) for at in points])
    duties = [
        owed(roads, "D1", post_code=draw(st.sampled_from("PQ")), interval_days=draw(st.integers(1, 40))),
        owed(roads, "D2", settled_by="anyone", modes=draw(st.sampled_from([None, ["foot"], ["car"]]))),
        owed(roads, "D3", hours=["10:00-14:00"], bound=draw(st.sampled_from(["sure", "nominal", "possible"]))),
    ]
    if points:
        duties.append(owed(sites, "S", settled_by="anyone", test_dwell_s=draw(st.sampled_from([None, 90.0]))))
    return city_of(network_of(list(roads.shapes)), [roads, sites] if points else [roads], duties)


@st.composite
def crews_of(draw) -> list[CrewDay]:
    """One to three crews of any mode and post."""
    return [
        crew(
            str(n),
            draw(st.sampled_from(MODES)),
            start=draw(st.sampled_from([(0.0, 0.0), (600.0, 300.0), None])),
            hours=(8.0, 8.0 + draw(st.integers(0, 8)) / 2),
            posts=frozenset(draw(st.sets(st.sampled_from("PQ")))),
            most_m=draw(st.sampled_from([np.inf, 2000.0])),
        )
        for n in range(draw(st.integers(1, 3)))
    ]


@settings(max_examples=25, deadline=None)
@given(cities(), crews_of())
def test_no_plan_breaks_hours_metres_or_rights_nor_promises_more_than_is_owed(city, crews):
    plan, problem = plan_day(city, crews, Options(), FEW)
    for route, own in zip(plan.routes, crews, strict=True):
        assert own.from_s <= route.from_s and route.to_s <= own.to_s
        assert route.length_m <= own.most_m + 1 and not route.over
        for stop in route.stops:
            assert all(route.crew in problem.settlers[one.duty].crews for one in stop.duties)
            assert stop.kind != "piece" or stop.duties
    for one in plan.promise:
        assert 0 <= one.after.possible <= one.after.nominal <= one.after.sure <= one.before + 1e-6
        assert one.seen.sure <= one.seen.nominal <= one.seen.possible
    assert plan.bound is not None and plan.bound.reached <= plan.bound.worth * (1 + 1e-6)
    assert all((piece.state == "planned") == (piece.why is None) == (piece.route is not None) for piece in plan.pieces)


@settings(max_examples=15, deadline=None)
@given(cities(), crews_of())
def test_no_metre_is_in_two_pieces_of_one_duty(city, crews):
    problem = plan_day(city, crews, Options(), FEW).problem
    covers = sorted((c.duty, c.target, c.from_cm, c.to_cm) for piece in problem.pieces for c in piece.covers)
    for one, other in pairwise(covers):
        assert one[:2] != other[:2] or one[3] <= other[2]


@settings(max_examples=10, deadline=None)
@given(cities(), crews_of())
def test_one_crew_more_never_leaves_more_and_the_same_seed_gives_the_same_plan(city, crews):
    planned = plan_day(city, crews, Options(), FEW, seed=3)
    plan, problem = planned
    again = plan_day(city, crews, Options(), FEW, seed=3).plan
    assert again.order == plan.order
    for number in range(len(crews)):
        if number in problem.stranded:
            continue
        more = with_one_more(planned, number, FEW)
        assert left(more) <= left(plan) + 1e-6
    added = one_more(planned, FEW)
    assert added is None or added.debt_m_days + 200 * added.debt_target_days > 0


@settings(max_examples=8, deadline=None)
@given(streets(), st.integers(1, 3))
def test_a_mirrored_city_has_a_plan_of_equal_worth_where_all_is_done(shapes, hours):
    def planned(flip: float) -> Plan:
        turned = [shapely.LineString(np.asarray(line.coords) * (flip, 1.0)) for line in shapes]
        roads = lines("road", turned)
        city = city_of(network_of(turned), [roads], [owed(roads)])
        start = tuple(float(v) for v in turned[0].coords[0])
        return plan_day(city, [crew(start=start, hours=(8, 8 + 2 * hours))], Options(), Limit(iterations=60)).plan

    one, other = planned(1.0), planned(-1.0)
    if one.totals.left_out == other.totals.left_out == 0:
        assert one.totals.after_m_days.nominal == pytest.approx(other.totals.after_m_days.nominal, abs=1)
        assert one.totals.before_m_days == pytest.approx(other.totals.before_m_days)
        assert one.bound is not None and other.bound is not None
        assert one.bound.reached == pytest.approx(other.bound.reached, rel=1e-3)


def test_the_order_of_crews_with_nothing_to_settle_does_not_matter_to_what_is_owed():
    roads = lines("road", [shapely.LineString([(0, 0), (600, 0)])])
    city = city_of(network_of(list(roads.shapes)), [roads], [owed(roads)])
    alone = plan_day(city, [crew()], Options(), FEW).plan
    idle = plan_day(city, [crew("0", posts=frozenset({"Z"})), crew()], Options(), FEW).plan
    assert idle.totals.after_m_days == alone.totals.after_m_days


def test_a_target_weighs_as_many_metres_as_the_options_say_and_a_risk_as_much_as_it_is_given():
    roads = lines("road", [shapely.LineString([(0, 0), (600, 0)])])
    sites = Targets("site", True, ("a",), ("a处",), objects([shapely.Point(300, 5)]))
    duties = [owed(roads), owed(sites, "S", interval_days=7)]
    city = city_of(network_of(list(roads.shapes)), [roads, sites], duties)
    worth = {piece.layer: 0.0 for piece in plan_day(city, [crew()], Options(), FEW).problem.pieces}
    for piece in plan_day(city, [crew()], Options(target_worth_m=50.0), FEW).problem.pieces:
        worth[piece.layer] += piece.worth
    assert worth["site"] == pytest.approx(50 * 24) and worth["road"] == pytest.approx(600 * 24)
    heavy = replace(city, duties=(replace(duties[0], risk=np.array([2.0])), duties[1]))
    pieces = Planned(*plan_day(heavy, [crew()], Options(), FEW)).problem.pieces
    assert sum(piece.worth for piece in pieces if piece.layer == "road") == pytest.approx(2 * 600 * 24)
    assert sum(piece.debt_m_days for piece in pieces) == pytest.approx(600 * 24)


def left(plan: Plan) -> float:
    """What it leaves, as a whole."""
    return plan.totals.after_m_days.nominal + 200 * plan.totals.after_target_days.nominal
