"""A day's plan: what is gone for, by whom and when, what it pays, and what is left out and why."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo.duties.calendar import instant
from geo.plan.city import Appointment, Break, Options
from geo.plan.day import plan_day
from geo.plan.tasks import Limit
from layers.errors import BadInput, TooLarge
from tests.geo.plan.cities import (
    DAY,
    ZONE,
    city_of,
    crew,
    lines,
    network_of,
    objects,
    owed,
    state_of,
    street_city,
    streets,
    wholes,
)

SHORT = Limit(iterations=40)
MIDNIGHT = instant(DAY, 0, ZONE)


def planned(city, crews, options=None, limit=SHORT):
    return plan_day(city, crews, options or Options(), limit, seed=1).plan


def why(plan):
    return {piece.why for piece in plan.pieces if piece.state == "left_out"}


def river(width_m=16.0, **of):
    """A straight river with a path along each bank."""
    water = shapely.box(-1000, 0, 2000, width_m)
    banks = lines("bank", [shapely.LineString([(0, y), (1000, y)]) for y in (0, width_m)], [water, water])
    paths = [shapely.LineString([(0, y), (1000, y)]) for y in (-3.0, width_m + 3.0)]
    bridge = shapely.LineString([(0, -3.0), (0, width_m + 3.0)])
    return city_of(network_of([*paths, bridge], "footway"), [banks], [owed(banks, **of)])


def test_a_crew_with_time_for_all_pays_all_that_is_owed():
    plan = planned(street_city(), [crew()])
    assert plan.totals.before_m_days == pytest.approx(8 * 900 * 24)
    assert plan.totals.after_m_days.nominal == 0
    assert plan.totals.after_m_days.sure < 0.1 * plan.totals.before_m_days
    assert not why(plan)


def test_every_route_is_a_line_on_the_network_in_time_within_its_hours():
    city = street_city()
    crews = [crew(), crew("2", "bicycle", start=(900.0, 900.0), hours=(9, 9.2))]
    plan = planned(city, crews)
    ways = shapely.union_all(city.network.shape)
    for route, own in zip(plan.routes, crews, strict=True):
        assert (np.diff(route.time_s) >= 0).all()
        assert own.from_s <= route.from_s <= route.to_s <= own.to_s
        assert not route.stops or shapely.LineString(route.xy).within(ways.buffer(0.01))
        assert route.over == ()
        assert route.moving_s + route.service_s + route.waiting_s == pytest.approx(route.to_s - route.from_s)
        for stop in route.stops:
            assert stop.arrive_s <= stop.from_s <= stop.to_s
            assert np.allclose(route.xy[stop.line[0]], (stop.x, stop.y))


def test_what_does_not_fit_is_left_for_want_of_time():
    plan = planned(street_city(), [crew(hours=(8, 8.5))])
    assert why(plan) == {"no_time"}
    assert 0 < plan.totals.after_m_days.nominal < plan.totals.before_m_days


def test_one_pass_serves_both_banks_of_a_narrow_river_unless_the_duty_asks_for_the_same_side():
    both = planned(river(), [crew(start=(0.0, -3.0))])
    assert both.totals.after_m_days.nominal == pytest.approx(0, abs=1)
    assert both.totals.length_m < 2100
    sided = planned(river(same_side=True), [crew(start=(0.0, -3.0))])
    assert sided.totals.after_m_days.nominal < 0.02 * sided.totals.before_m_days
    assert len({stop.y for stop in sided.routes[0].stops if stop.kind == "piece"}) == 2


def test_who_may_not_settle_a_duty_is_not_sent_for_it():
    city = street_city()
    assert why(planned(city, [crew(posts=frozenset({"Q"}))])) == {"not_yours"}
    roads = city.targets[0]
    by_car = replace(city, duties=(owed(roads, modes=["car"]),))
    assert why(planned(by_car, [crew()])) == {"wrong_mode"}
    plan = planned(by_car, [crew(), crew("2", "car")])
    assert not plan.routes[0].stops and plan.routes[1].stops


def test_hours_of_a_duty_are_kept_and_missing_them_is_told():
    city = street_city(2, 2)
    night = replace(city, duties=(owed(city.targets[0], hours=["22:00-02:00"]),))
    assert why(planned(night, [crew()])) == {"hours"}
    plan = planned(night, [crew(hours=(20, 26))])
    begins = [stop.from_s for stop in plan.routes[0].stops if stop.kind == "piece"]
    assert min(begins) >= MIDNIGHT + 22 * 3600
    assert plan.totals.after_m_days.nominal == pytest.approx(0, abs=1)


def test_by_day_and_by_night_is_gone_twice_and_paid_once_each():
    city = street_city(2, 2)
    roads = city.targets[0]
    duties = owed(roads), owed(roads, "N", hours=["19:00-22:00"])
    plan = planned(replace(city, duties=duties), [crew(hours=(8, 12)), crew("2", hours=(18, 22))])
    assert [one.after.nominal for one in plan.promise] == pytest.approx([0, 0], abs=1)
    alone = planned(replace(city, duties=duties), [crew("2", hours=(18, 22))])
    assert [one.after.nominal for one in alone.promise] == pytest.approx([0, 0], abs=1)
    assert any(stop.combined for stop in alone.routes[0].stops)


def test_a_resting_duty_asks_for_nothing():
    city = street_city(2, 2)
    rests = replace(city, duties=(owed(city.targets[0], first_month=3, last_month=6),))
    assert not planned(rests, [crew()]).pieces


def test_points_and_areas_are_stopped_at_for_as_long_as_their_duty_asks():
    roads = streets()
    places = wholes("site", [shapely.Point(310, 320), shapely.box(580, 280, 700, 400), shapely.Point(450, 360)])
    city = city_of(network_of(roads), [places], [owed(places, test_dwell_s=120.0)])
    plan = planned(city, [crew()])
    assert plan.totals.before_target_days == pytest.approx(3 * 24)
    assert plan.totals.after_target_days.nominal == 0
    assert all(stop.to_s - stop.from_s >= 120 for stop in plan.routes[0].stops if stop.kind == "piece")


def test_what_a_dwell_inside_an_area_promises_holds_wherever_the_crew_is_within_its_error():
    areas = wholes("site", [shapely.box(-60, -60, 60, 60), shapely.box(480, -8, 500, 8)])
    city = city_of(network_of([shapely.LineString([(-300, 0), (900, 0)])]), [areas], [owed(areas, test_dwell_s=60.0)])
    after = planned(city, [crew(start=(-300.0, 0.0))]).totals.after_target_days
    assert after.nominal == 0 and after.sure == pytest.approx(24)


def test_a_grid_is_settled_by_the_share_of_its_roads_in_one_visit():
    roads = streets(5, 5, 200.0)
    grids = wholes("grid", [shapely.box(-50, -50, 450, 450), shapely.box(450, 450, 850, 850)], by_roads=True)
    city = city_of(network_of(roads), [grids], [owed(grids, test_road_share=0.5)], roads=objects(roads))
    plan = planned(city, [crew()])
    assert plan.totals.after_target_days.nominal == 0
    assert plan.totals.length_m < 6000
    assert all(piece.length_m < 0.75 * 2800 for piece in plan.pieces)


def test_an_area_is_settled_by_the_share_of_it_that_is_seen():
    plots = wholes("farmland", [shapely.box(0, 0, 200, 100)])
    city = city_of(
        network_of([shapely.LineString([(-300, 50), (300, 50)])], "track"), [plots], [owed(plots, test_share=0.4)]
    )
    assert planned(city, [crew(start=(-300.0, 50.0))]).totals.after_target_days.nominal == 0
    wide = replace(city, duties=(owed(plots, test_share=0.9),))
    assert why(planned(wide, [crew(start=(-300.0, 50.0))])) == {"test"}


def test_unverified_banks_are_walked_only_where_asked_and_printed():
    banks = lines("bank", [shapely.LineString([(0, 0), (600, 0)])])
    path = network_of([shapely.LineString([(0, 0), (600, 0)])], "bank", layer="bank", verified=False)
    city = city_of(path, [banks], [owed(banks)])
    assert why(planned(city, [crew()])) == {"unverified"}
    plan = planned(city, [crew()], Options(unverified=True))
    assert plan.totals.after_m_days.nominal == pytest.approx(0, abs=1)
    assert all(stop.unverified for stop in plan.routes[0].stops if stop.kind == "piece")
    assert any("未验证" in one.text for one in plan.routes[0].directions)


def test_what_lies_on_an_island_of_the_network_is_unreachable_and_where_no_way_is_none():
    roads = lines("road", [shapely.LineString([(0, y), (500, y)]) for y in (0, 3000, 6000)])
    city = city_of(network_of(list(roads.shapes[:2])), [roads], [owed(roads)])
    plan = planned(city, [crew()])
    found = {piece.code: piece.why for piece in plan.pieces if piece.state == "left_out"}
    assert found == {"B": "unreachable", "C": "no_way"}


def test_a_crew_that_cannot_set_out_is_told_and_the_others_go():
    rest = Break(MIDNIGHT + 12 * 3600, MIDNIGHT + 13 * 3600, 1800.0)
    plan = planned(street_city(), [crew(start=(90_000.0, 0.0), breaks=(rest,)), crew("2")])
    assert plan.routes[0].over and not plan.routes[0].stops
    assert plan.totals.after_m_days.nominal == 0


def test_breaks_and_appointments_are_kept():
    rest = Break(MIDNIGHT + 9 * 3600, MIDNIGHT + 10 * 3600, 1800.0)
    meets = Appointment("碰头会", (300.0, 300.0), MIDNIGHT + 8.5 * 3600, MIDNIGHT + 8.75 * 3600, 600.0)
    plan = planned(street_city(), [crew(breaks=(rest,), appointments=(meets,), hours=(8, 14))])
    stops = {stop.kind: stop for stop in plan.routes[0].stops}
    assert rest.from_s <= stops["break"].from_s and stops["break"].to_s <= rest.to_s
    assert meets.from_s <= stops["appointment"].from_s and stops["appointment"].to_s <= meets.to_s


def test_no_crews_are_refused_and_no_hours_or_no_debt_are_an_empty_plan():
    with pytest.raises(BadInput, match="没有给出巡查组"):
        planned(street_city(), [])
    idle = planned(street_city(), [crew(hours=(8, 8))])
    assert idle.totals.pieces == 0 and idle.totals.after_m_days.nominal == idle.totals.before_m_days
    city = street_city()
    fresh = replace(city.duties[0], state=state_of(city.targets[0], MIDNIGHT))
    nothing = planned(replace(city, duties=(fresh,)), [crew()])
    assert not nothing.pieces and nothing.totals.before_m_days == 0


def test_numbers_that_are_none_are_refused():
    with pytest.raises(BadInput, match="坐标"):
        crew(start=(float("nan"), 0.0))
    with pytest.raises(BadInput, match="起止时刻"):
        replace(crew(), from_s=float("nan"))
    with pytest.raises(BadInput, match="里程"):
        crew(most_m=float("nan"))


def test_too_many_pieces_are_refused_and_the_limit_is_named():
    with pytest.raises(TooLarge, match="最多 5 块"):
        planned(street_city(), [crew()], Options(most_pieces=5))


def test_what_is_longer_than_a_shift_is_split():
    roads = lines("road", [shapely.LineString([(0, 0), (5000, 0)])])
    city = city_of(network_of(list(roads.shapes)), [roads], [owed(roads)])
    plan = planned(city, [crew(hours=(8, 8.2))])
    assert plan.totals.pieces >= 1
    assert plan.totals.after_m_days.nominal < plan.totals.before_m_days


def test_pieces_can_be_fixed_to_a_route_or_left_out_beforehand():
    city, crews = street_city(), [crew(), crew("2", "bicycle")]
    ids = [piece.id for piece in planned(city, crews).pieces]
    fixed = {ids[0]: crews[0].route, ids[1]: crews[1].route, ids[2]: None}
    plan = planned(city, crews, Options(fixed=fixed))
    by_id = {piece.id: piece for piece in plan.pieces}
    assert (by_id[ids[0]].route, by_id[ids[1]].route) == (0, 1)
    assert by_id[ids[0]].fixed and by_id[ids[2]].why == "by_hand"


def test_a_grid_without_roads_is_told_apart_from_one_that_cannot_be_walked_far_enough():
    roads = streets(2, 2)
    grids = wholes("grid", [shapely.box(50, 50, 250, 250), shapely.box(-20, -20, 320, 320)], by_roads=True)
    city = city_of(network_of(roads[:1]), [grids], [owed(grids, test_road_share=0.5)], roads=objects(roads))
    found = {piece.code: piece.why for piece in planned(city, [crew()]).pieces}
    assert found == {"a": "no_roads", "b": "test"}


def test_directions_name_the_way_the_compass_and_the_turns():
    roads = [shapely.LineString([(0, 0), (600, 0)]), shapely.LineString([(600, 0), (600, 500)])]
    site = wholes("site", [shapely.Point(600, 480)])
    route = planned(city_of(network_of(roads), [site], [owed(site)]), [crew(end=None, start_name="街道办")]).routes[0]
    assert [one.text for one in route.directions] == ["向东沿1号路走 600 米", "左转,向北沿2号路走 480 米"]
    assert route.stops[0].name == "街道办"


def test_a_crew_that_stays_at_home_is_told_why():
    crews = [crew(), crew("2"), crew("3", posts=frozenset({"Q"})), crew("4", start=(90_000.0, 0.0))]
    plan = planned(street_city(), crews)
    why = [route.idle and route.idle.why for route in plan.routes]
    assert set(why[:2]) == {None, "taken"} and why[2:] == ["none", "stranded"]
    busy = next(route.idle for route in plan.routes if route.idle)
    assert busy.pieces == plan.totals.pieces and f"{busy.pieces} 段" in busy.text
    short = planned(street_city(), [crew(hours=(8, 8.001))])
    assert short.routes[0].idle.why == "no_time"
