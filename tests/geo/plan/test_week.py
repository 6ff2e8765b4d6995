"""Several days: each on what those before will see, counts kept on different days, the rest of a day planned anew."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import shapely

from geo.course.promise import Reckoner, seen_by, track_of
from geo.duties.calendar import instant
from geo.plan.change import Change
from geo.plan.city import Options
from geo.plan.day import plan_day
from geo.plan.more import one_more_all_week
from geo.plan.tasks import Limit
from geo.plan.week import changed_week, plan_week
from layers.errors import BadInput, TooLarge
from tests.geo.plan.cities import DAY, ZONE, city_of, crew, lines, network_of, owed, street_city

DAYS = [DAY + timedelta(days=n) for n in range(5)]
LIMIT = Limit(iterations=100)


def week(duties, hours=(8, 16), days=DAYS):
    city = street_city(2, 2)
    city = replace(city, duties=tuple(owed(city.targets[0], **one) for one in duties))
    crews = [crew("1", day=day, hours=hours) for day in days]
    return plan_week(city, crews, Options(), LIMIT, seed=1), city, crews


def days_with_work(found):
    return [n for n, one in enumerate(found.days) if one.plan.totals.pieces]


def test_what_does_not_fit_on_one_day_is_gone_for_on_the_next():
    city = street_city()
    found = plan_week(city, [crew(day=day, hours=(8, 9.2)) for day in DAYS[:3]], Options(), LIMIT)
    left = [one.plan.totals.left_out for one in found.days]
    assert left[0] > 0 and left[-1] == 0
    assert found.plan.totals.after_m_days.nominal == pytest.approx(0, abs=1)
    assert found.plan.totals.left_out == 0
    assert len({piece.id for piece in found.plan.pieces}) == len(found.plan.pieces)


def test_an_interval_is_kept_and_no_metre_is_walked_more_often_than_it_asks():
    found, _, _ = week([{"interval_days": 2}])
    assert days_with_work(found) == [0, 2, 4]
    assert found.plan.totals.after_m_days.nominal == pytest.approx(0, abs=1)


def test_visits_a_week_are_made_on_different_days_with_the_least_gap_between():
    found, _, _ = week([{"per": "week", "times": 2, "min_minutes": 5}])
    worked = days_with_work(found)
    assert len(worked) == 2 and worked[1] - worked[0] >= 2
    assert found.plan.promise[0].effective == 2
    gap, _, _ = week([{"per": "week", "times": 2, "min_gap_hours": 72}])
    assert min(np.diff(days_with_work(gap)), default=3) >= 3


def test_a_duty_is_gone_for_on_its_weekdays_alone():
    found, _, _ = week([{"weekdays": [5], "interval_days": 7}])
    assert [DAYS[n].isoweekday() for n in days_with_work(found)] == [5]


def test_one_more_crew_all_week_pays_what_there_was_no_time_for():
    city = street_city()
    crews = [crew("1", day=day, hours=(8, 9)) for day in DAYS[:2]]
    alone = plan_week(city, crews, Options(), LIMIT).plan
    more = one_more_all_week(city, crews, Options(), alone, LIMIT)
    both = plan_week(city, [*crews, *(crew("2", day=one.day, hours=(8, 9)) for one in crews)], Options(), LIMIT).plan
    assert more.mode == "foot" and more.debt_target_days == 0
    paid = alone.totals.after_m_days.nominal - both.totals.after_m_days.nominal
    assert more.debt_m_days == pytest.approx(paid, rel=0.1) and paid > 0
    whole_day = [crew("1", day=day, hours=(8, 16)) for day in DAYS[:2]]
    enough = plan_week(city, whole_day, Options(), LIMIT).plan
    assert one_more_all_week(city, whole_day, Options(), enough, LIMIT) is None


def test_a_week_is_changed_within_a_day():
    found, city, crews = week([{"interval_days": 7}])
    piece = next(piece for piece in found.plan.pieces if piece.state == "planned")
    other = changed_week(city, crews, Options(), found, [Change(piece.id, None)])
    assert other.plan.totals.left_out == 1
    with pytest.raises(BadInput, match="同一天"):
        changed_week(city, crews, Options(), found, [Change(piece.id, crews[3].route)])
    with pytest.raises(BadInput, match="任何一天"):
        changed_week(city, crews, Options(), found, [Change("road:A:0-1", None)])


def test_more_days_than_a_week_are_refused():
    city = street_city(2, 2)
    with pytest.raises(TooLarge, match="7 天"):
        plan_week(city, [crew(day=DAY + timedelta(days=n)) for n in range(8)], Options(), LIMIT)


def test_at_midday_the_rest_is_planned_from_what_was_seen_and_where_the_crew_is():
    roads = lines("road", [shapely.LineString([(0, 0), (2000, 0)])])
    city = city_of(network_of(list(roads.shapes)), [roads], [owed(roads)])
    morning = plan_day(city, [crew()], Options(), LIMIT)
    noon_s = instant(DAY, 720, ZONE)
    walked = track_of(np.array([(0.0, 0.0), (1000.0, 0.0)]), np.array([noon_s - 900, noon_s]), 5.0)
    problem = morning.problem
    seen = seen_by(problem.ground, walked, "foot", city.duties, noon_s)
    reckoner = Reckoner.of(problem.ground, city.duties, instant(DAY, 0, ZONE), problem.judged_s)
    now = replace(city, duties=tuple(reckoner.states(problem.crews, [seen])), known_s=noon_s)
    there = replace(problem.crews[0], start=(1000.0, 0.0), from_s=noon_s, started_s=problem.crews[0].from_s)
    rest = plan_day(now, [there], Options(), LIMIT).plan
    assert rest.totals.before_m_days == pytest.approx((2000 - 1025) * 24, rel=0.01)
    assert rest.totals.after_m_days.nominal == pytest.approx(0, abs=1)
    assert rest.routes[0].from_s >= noon_s
    assert min(piece.from_m for piece in rest.pieces) >= 1000
