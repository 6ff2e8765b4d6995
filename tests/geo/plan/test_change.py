"""A plan changed by hand is judged without solving; what it breaks is told, what cannot be is refused."""

from dataclasses import fields

import pytest

from geo.plan.change import STAY, Change, changed
from geo.plan.city import Options
from geo.plan.day import Planned, plan_day, solved
from geo.plan.problem import Problem
from geo.plan.tasks import Limit
from layers.errors import BadInput, NotFound
from tests.geo.plan.cities import crew, street_city

LIMIT = Limit(iterations=60)


@pytest.fixture(scope="module")
def planned():
    city = street_city(3, 3)
    return plan_day(city, [crew(hours=(8, 9)), crew("2", start=(600.0, 600.0), hours=(8, 9))], Options(), LIMIT)


def piece_on(plan, route):
    return next(piece for piece in plan.pieces if piece.route == route)


def named(plan, piece):
    return next(one for one in plan.pieces if one.id == piece)


def test_nothing_changed_is_the_same_plan(planned):
    same = changed(planned, []).plan
    assert same.totals == planned.plan.totals
    assert same.order == planned.plan.order


def test_a_piece_moved_to_another_crew_is_on_its_route_where_it_costs_least(planned):
    piece = piece_on(planned.plan, 0)
    plan = changed(planned, [Change(piece.id, "2·2026-07-01")]).plan
    assert named(plan, piece.id).route == 1
    assert plan.totals.pieces == planned.plan.totals.pieces
    assert plan.routes[1].length_m > planned.plan.routes[1].length_m


def test_a_piece_can_be_put_at_a_place_in_the_order(planned):
    piece = piece_on(planned.plan, 0)
    plan = changed(planned, [Change(piece.id, "2·2026-07-01", 0)]).plan
    pieces = [stop.piece for stop in plan.routes[1].stops if stop.kind == "piece"]
    assert plan.pieces[pieces[0]].id == piece.id
    back = changed(planned, [Change(piece.id, STAY, 99)]).plan
    assert back.pieces[[s.piece for s in back.routes[0].stops if s.kind == "piece"][-1]].id == piece.id


def test_what_is_left_out_by_hand_stays_out_until_it_is_put_back(planned):
    piece = piece_on(planned.plan, 0)
    out = changed(planned, [Change(piece.id, None)])
    assert named(out.plan, piece.id).why == "by_hand"
    assert named(solved(out.problem, LIMIT), piece.id).why == "by_hand"
    again = changed(out, [Change(piece.id, "1·2026-07-01")])
    assert named(again.plan, piece.id).route == 0
    assert named(solved(again.problem, LIMIT), piece.id).why != "by_hand"


def test_what_is_fixed_stays_on_its_route_when_the_plan_is_solved_again(planned):
    piece = piece_on(planned.plan, 0)
    moved = changed(planned, [Change(piece.id, "2·2026-07-01", fixed=True)])
    plan = solved(moved.problem, LIMIT)
    assert named(plan, piece.id).route == 1 and named(plan, piece.id).fixed
    assert any(stop.fixed for stop in plan.routes[1].stops)
    loose = changed(moved, [Change(piece.id, fixed=False)]).plan
    assert named(loose, piece.id).route == 1 and not named(loose, piece.id).fixed


def test_what_a_change_breaks_is_told_in_words(planned):
    some = [piece.id for piece in planned.plan.pieces if piece.route == 0]
    short = plan_day(street_city(3, 3), [crew(hours=(8, 8.3)), crew("2", start=(600.0, 600.0))], Options(), LIMIT)
    many = [Change(piece.id, "1·2026-07-01") for piece in short.plan.pieces if piece.route == 1]
    plan = changed(short, many).plan
    assert any("超出班次" in text for text in plan.routes[0].over)
    assert some


def test_what_is_not_there_is_not_found_and_what_cannot_be_is_refused(planned):
    piece = piece_on(planned.plan, 0)
    with pytest.raises(NotFound, match="没有 'nowhere'"):
        changed(planned, [Change("nowhere", None)])
    with pytest.raises(NotFound, match="这条路线"):
        changed(planned, [Change(piece.id, "9·2026-07-01")])
    with pytest.raises(BadInput, match="位置"):
        changed(planned, [Change(piece.id, "2·2026-07-01", -1)])
    out = changed(planned, [Change(piece.id, None)])
    with pytest.raises(BadInput, match="不能固定"):
        changed(out, [Change(piece.id, fixed=True)])


def test_a_problem_kept_as_plain_values_judges_the_same(planned):
    kept = Problem(**{one.name: getattr(planned.problem, one.name) for one in fields(Problem)})
    piece = piece_on(planned.plan, 0)
    one, other = (changed(Planned(planned.plan, p), [Change(piece.id, None)]).plan for p in (planned.problem, kept))
    assert one.totals == other.totals
