"""What plans are held against: a fixed round, the nearest overdue piece, a random walk; and a month of each."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network.noding import node
from geo.network.ways import Ways
from geo.pieces.ground import Ground
from geo.plan.city import Options
from geo.plan.problem import prepare
from geo.plan.tasks import Limit
from geo.trial.month import beyond, month, on_day, owes
from geo.trial.rounds import FixedRound, beats_of
from geo.trial.rules import Nearest, Planner
from geo.trial.walkers import STEADY, Manner
from geo.trial.wandering import Wander, wandered
from tests.geo.plan.cities import BEGAN, DAY, city_of, crew, lines, network_of, owed, street_city

WEEK = [DAY + timedelta(days=number) for number in range(7)]
SHORT = Limit(iterations=60)
CREWS = (crew(hours=(8, 8.8)), crew("2", "bicycle", start=(900.0, 900.0), hours=(8, 8.2)))
RULES = {"plan": Planner(SHORT), "nearest": Nearest(), "round": FixedRound(), "wander": Wander(3)}


@cache
def a_week(name):
    """What a rule leaves of a small city, evening by evening."""
    return list(month(street_city(), CREWS, WEEK, RULES[name], STEADY, seed=1))


def on_network(course, city):
    """Whether a line runs along the ways of a city."""
    return shapely.LineString(course.xy).within(shapely.union_all(city.network.shape).buffer(0.01))


@pytest.mark.parametrize("name", RULES)
def test_every_rule_keeps_crews_on_the_ways_and_within_their_hours(name):
    city, rule = street_city(), RULES[name]
    for _ in range(2):
        courses, rule = rule.day(Ground(city), CREWS)
        for course, own in zip(courses, CREWS, strict=True):
            assert len(course.time_s) > 1 and on_network(course, city)
            assert own.from_s <= course.time_s[0] and course.time_s[-1] <= own.to_s
            assert (np.diff(course.time_s) >= 0).all()


@pytest.mark.parametrize("name", RULES)
def test_a_week_is_the_same_again_and_owes_no_more_than_if_nobody_went(name):
    city, evenings = street_city(), a_week(name)
    assert evenings == list(month(city, CREWS, WEEK, RULES[name], STEADY, seed=1))
    for evening in evenings:
        nobody = owes(city.duties, BEGAN + (evening.day - DAY + timedelta(days=31)).days * 86_400, city)
        assert 0 <= evening.owes.m_days < nobody.m_days
        assert evening.time_s <= sum(own.to_s - own.from_s for own in CREWS) + 1


def test_a_plan_owes_less_than_its_rivals_at_the_end_of_the_day():
    owed_by = {name: a_week(name)[0].owes.m_days for name in RULES}
    assert min(owed_by, key=owed_by.get) == "plan"


def test_beats_are_dealt_once_each_in_order_and_about_evenly():
    city = street_city()
    problem = prepare(city, CREWS, Options())
    beats = beats_of(problem)
    assert sorted(task for beat in beats for task in beat) == list(range(len(problem.tasks)))
    lengths = [sum(problem.pieces[task].length_m for task in beat) for beat in beats]
    assert max(lengths) - min(lengths) <= 2 * max(piece.length_m for piece in problem.pieces)
    for beat in beats:
        places = [(problem.pieces[task].code, problem.pieces[task].from_m) for task in beat]
        assert places == sorted(places)


def test_a_round_goes_on_where_it_stopped_and_begins_anew_once_all_was_gone():
    city, alone = street_city(3, 3), [crew(hours=(8, 8.7))]
    rule, gone = FixedRound(), []
    for day in WEEK:
        courses, rule = rule.day(Ground(city), [on_day(alone[0], day, city)])
        gone.append([frozenset(map(tuple, courses[0].xy[ends].round(3).tolist())) for ends in courses[0].pieces])
        assert courses[0].time_s[0] >= on_day(alone[0], day, city).from_s
    order = [place for places in gone for place in places]
    pieces = len(rule.problem.tasks)
    assert len(gone[0]) < pieces < len(order)
    assert len(set(order[:pieces])) == pieces
    assert order[pieces:] == order[: len(order) - pieces]


def test_a_round_asks_for_what_was_seen_as_for_what_was_not():
    city = street_city(2, 3)
    fresh = replace(city.duties[0], state=city.duties[0].state._replace(last_s=np.full(5, city.known_s)))
    seen = replace(city, duties=(fresh,))
    plan, _ = Planner(SHORT).day(Ground(seen), CREWS[:1])
    assert not len(plan[0].time_s)
    (one,), (other,) = (FixedRound().day(Ground(some), CREWS[:1])[0] for some in (city, seen))
    assert np.array_equal(one.xy, other.xy) and len(one.xy)


@given(seed=st.integers(0, 2**32 - 1), mode=st.sampled_from(["foot", "bicycle", "car", "drone"]))
@settings(max_examples=25, deadline=None)
def test_a_random_walk_fills_its_hours_and_turns_back_only_where_it_must(seed, mode):
    city, own = street_city(3, 3), crew("1", mode)
    course = wandered(city.network, own, np.random.default_rng(seed))
    assert course.time_s[0] == own.from_s and course.time_s[-1] == own.to_s
    assert on_network(course, city)
    back = (course.xy[2:] == course.xy[:-2]).all(axis=1)
    assert not back.any()


def test_a_random_walk_turns_at_dead_ends_keeps_to_one_ways_and_stands_where_it_cannot_go():
    lane = network_of([shapely.LineString([(0, 0), (100, 0)])], "footway")
    course = wandered(lane, crew(), np.random.default_rng(1))
    assert set(course.xy[:-1, 0]) == {0.0, 100.0}
    ring = [[(0, 0), (90, 0)], [(90, 0), (90, 90)], [(90, 90), (0, 0)]]
    oneway = node(Ways.of([shapely.LineString(side) for side in ring], "minor", oneway=np.ones(3)))
    went = wandered(oneway, crew("1", "car"), np.random.default_rng(2))
    (x, y) = np.diff(went.xy, axis=0).T
    assert (x[:-1] * y[1:] > x[1:] * y[:-1])[:20].all()
    assert not len(wandered(lane, crew("1", "car"), np.random.default_rng(1)).time_s)
    assert not len(wandered(lane, crew(start=(90_000.0, 0.0)), np.random.default_rng(1)).time_s)


def test_what_no_crew_can_go_for_is_beyond_every_rule():
    roads = lines("road", [shapely.LineString([(0, y), (500, y)]) for y in (0, 3000)])
    city = city_of(network_of(list(roads.shapes[:1])), [roads], [owed(roads)])
    floor = beyond(city, [crew()], WEEK[:2], Options())
    assert [one.m_days for one in floor] == pytest.approx([500 * 24, 500 * 25])
    hasty = beyond(city, [crew(hours=(8, 8.2)), crew("2", hours=(8, 8.1))], WEEK[:1], Options())
    assert floor[0].m_days < hasty[0].m_days < 1000 * 24
    evenings = list(month(city, [crew()], WEEK[:2], Planner(SHORT), STEADY))
    assert [one.owes.m_days for one in evenings] == pytest.approx([one.m_days for one in floor], abs=1)


def test_crews_of_a_month_go_out_at_their_hours_and_no_days_are_nothing():
    later = on_day(CREWS[0], DAY + timedelta(days=3), street_city())
    assert (later.from_s - CREWS[0].from_s, later.to_s - CREWS[0].to_s) == (3 * 86_400, 3 * 86_400)
    assert later.day == WEEK[3]
    assert list(month(street_city(), CREWS, [], Planner(SHORT), Manner())) == []
