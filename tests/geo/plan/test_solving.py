"""Plans keep every rule, leave nothing that fits, never get worse, and reach what trying everything reaches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.plan.bound import bound
from geo.plan.evaluate import evaluate
from geo.plan.nearest import nearest
from geo.plan.solve import Progress, solve
from geo.plan.tasks import Alternative, Appointment, Break, Crew, Limit, Metres, Solution, Stop, Task
from layers.errors import BadInput, TooLarge
from tests.geo.plan.brute import best_prize, check
from tests.geo.plan.instances import drawn, road

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25, deadline=None)


def one_more_fits(plan: Solution, tasks, crews, costs) -> list[tuple[int, Stop]]:
    """Every way to put a task that is left anywhere into a route, judged without the solver's own insertion."""
    found = []
    for task in plan.left:
        for which in range(len(tasks[task].alternatives)):
            stop = Stop("task", task, which)
            for crew, stops in enumerate(plan.stops):
                must = [Stop("break", k) for k in range(len(crews[crew].breaks))] if not stops else []
                for place in range(len(stops) + 1):
                    routes = [list(one) for one in plan.stops]
                    routes[crew] = [*stops[:place], stop, *stops[place:], *must]
                    if evaluate(tasks, crews, costs, routes).feasible:
                        found.append((crew, stop))
    return found


@FEW
@given(SEEDS, st.integers(0, 5), st.integers(1, 2))
def test_a_plan_keeps_every_rule_and_lies_between_what_is_proven(seed, tasks, crews):
    given_ = drawn(seed, tasks, crews)
    plan = solve(*given_, Limit(60), seed=1)
    check(plan, *given_)
    best, most = best_prize(*given_), bound(*given_)
    assert plan.prize <= best <= most.prize + 1e-6 <= most.total + 1e-3
    assert 0 <= most.gap(plan) <= 1


def test_small_plans_are_as_good_as_trying_everything():
    given_ = [drawn(seed, 5, 2) for seed in range(100, 110)]
    assert [solve(*one, Limit(1000), seed=1).prize for one in given_] == [best_prize(*one) for one in given_]


@FEW
@given(SEEDS)
def test_nothing_that_fits_is_left_out(seed):
    given_ = drawn(seed, 9, 2)
    plan = solve(*given_, Limit(15), seed=1)
    assert one_more_fits(plan, *given_) == []


def test_a_long_detour_for_the_smallest_prize_is_made():
    far = [Task((Alternative(2, 2, 60, prize=1e-9),)), Task((Alternative(1, 1, 60, prize=1e9),))]
    plan = solve(far, [Crew(0, 0, 0, 1e6)], [road(0, 10, 100_000)], Limit(20), seed=1)
    assert (plan.left, plan.length_m) == ((), 200_000)


@FEW
@given(SEEDS)
def test_more_iterations_with_one_seed_are_never_worse(seed):
    tasks, *others = drawn(seed, 12, 3)
    odd = [
        task._replace(alternatives=tuple(w._replace(prize=w.prize * np.pi) for w in task.alternatives))
        for task in tasks
    ]
    given_ = (odd, *others)
    plans = [solve(*given_, Limit(iterations), seed=seed) for iterations in (0, 5, 20, 40)]
    worth = [plan.prize for plan in plans]
    assert worth == sorted(worth)
    same = [plan for plan in plans if plan.prize == worth[-1]]
    assert [plan.length_m for plan in same] == sorted((plan.length_m for plan in same), reverse=True)


def test_the_same_seed_and_iterations_give_the_same_plan():
    given_ = drawn(7, 20, 3)
    assert solve(*given_, Limit(80), seed=3) == solve(*given_, Limit(80), seed=3)


@FEW
@given(SEEDS)
def test_one_crew_more_never_leaves_more_when_the_old_plan_is_the_start(seed):
    tasks, crews, costs = drawn(seed, 12, 2)
    crews = [*crews, crews[0]._replace(profile=0, breaks=(Break((0,), 600, 2000, 300),))]
    old = solve(tasks, crews[:2], costs, Limit(40), seed=1)
    new = solve(tasks, crews, costs, Limit(3), seed=2, start=old)
    check(new, tasks, crews, costs)
    assert new.prize >= old.prize
    again = solve(tasks, crews[:2], costs, Limit(0), seed=9, start=old)
    assert (again.prize, again.length_m) == (old.prize, old.length_m)


def test_a_start_that_no_longer_holds_is_kept_as_far_as_it_does():
    tasks, crews, costs = drawn(21, 12, 2)
    old = solve(tasks, crews, costs, Limit(60), seed=1)
    shorter = [crew._replace(to_s=900, breaks=(), appointments=()) for crew in crews]
    new = solve(tasks, shorter, costs, Limit(0), seed=1, start=old)
    check(new, tasks, shorter, costs)
    assert 0 < new.prize < old.prize


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_places_and_tasks_does_not_matter_where_the_best_is_known(seed):
    tasks, crews, costs = drawn(seed, 5, 2)
    count = len(costs[0].distance_m)
    to = np.random.default_rng(seed).permutation(count)
    turned = [Metres(*(one[np.ix_(np.argsort(to), np.argsort(to))] for one in pair)) for pair in costs]
    moved = [
        task._replace(
            alternatives=tuple(w._replace(entry=int(to[w.entry]), exit=int(to[w.exit])) for w in task.alternatives)
        )
        for task in tasks[::-1]
    ]
    relabelled = [
        crew._replace(
            start=None if crew.start is None else int(to[crew.start]),
            end=None if crew.end is None else int(to[crew.end]),
            breaks=tuple(rest._replace(places=tuple(int(to[p]) for p in rest.places)) for rest in crew.breaks),
            appointments=tuple(due._replace(place=int(to[due.place])) for due in crew.appointments),
        )
        for crew in crews
    ]
    assert best_prize(moved, relabelled, turned) == best_prize(tasks, crews, costs)
    assert bound(moved, relabelled, turned).prize == pytest.approx(bound(tasks, crews, costs).prize, rel=1e-6)
    best = best_prize(tasks, crews, costs)
    assert (
        solve(moved, relabelled, turned, Limit(600), 1).prize == best == solve(tasks, crews, costs, Limit(600), 1).prize
    )


@FEW
@given(SEEDS)
def test_the_rule_of_offices_keeps_every_rule_too(seed):
    given_ = drawn(seed, 12, 3)
    plan = nearest(*given_)
    check(plan, *given_)
    assert plan.prize <= bound(*given_).prize + 1e-6


def test_what_a_hand_fixed_comes_first_and_what_cannot_be_done_of_it_is_told():
    near, far = Task((Alternative(1, 1, 60, prize=1.0),)), Task((Alternative(2, 2, 60, prize=50.0),))
    crews, costs = [Crew(0, 0, 0, 700), Crew(0, 0, 0, 200)], [road(0, 50, -300)]
    plan = solve([near._replace(crew=1), far._replace(crew=1)], crews, costs, Limit(30), seed=1)
    assert [[stop.of for stop in route] for route in plan.stops] == [[], [0]]
    assert (plan.left, plan.missed) == ((1,), (1,))
    only = [Crew(0, 0, 0, 700)]
    both = solve([near._replace(required=True), far], only, [road(0, 310, -300)], Limit(30), seed=1)
    assert (both.left, both.missed, both.prize) == ((1,), (), 1.0)
    neither = solve([far._replace(required=True)], [Crew(0, 0, 0, 100)], costs, Limit(30), seed=1)
    assert (neither.left, neither.missed) == ((0,), (0,))


def test_a_break_is_taken_at_one_of_its_places_and_an_idle_crew_needs_none():
    crew = Crew(0, 0, 0, 4000, breaks=(Break((2, 1), 1000, 2500, 600),))
    walk = Task((Alternative(1, 1, 1500, prize=5.0, windows=((0, 1600), (3900, 4000))),))
    plan = solve([walk], [crew, crew], [road(0, 50, 3000)], Limit(40), seed=1)
    assert sorted(len(route) for route in plan.stops) == [0, 2]
    (route,) = (route for route in plan.routes if route.visits)
    assert [(visit.kind, visit.alternative) for visit in route.visits] == [("task", 0), ("break", 1)]
    assert route.waiting_s == 0 and route.length_m == 100


def test_a_route_without_an_end_stops_where_the_last_task_is():
    plan = solve([Task((Alternative(1, 1, 100, prize=1.0),))], [Crew(0, None, 0, 600)], [road(0, 500)], Limit(9), 1)
    assert (plan.prize, plan.length_m, plan.routes[0].end_s) == (1.0, 500, 600)


def test_nobody_goes_where_nothing_is_owed():
    owed = Task((Alternative(1, 1, 60, prize=1.0),))
    plan = solve([owed, Task((Alternative(2, 2, 60),))], [Crew(0, 0, 0, 9000)], [road(0, 50, 90)], Limit(30), seed=1)
    assert (plan.left, plan.missed, plan.length_m) == ((1,), (), 100)


def test_progress_is_told_and_ends_the_search_with_the_best_so_far():
    told: list[Progress] = []
    given_ = drawn(5, 20, 3)
    plan = solve(*given_, Limit(1000), 1, progress=lambda now: told.append(now) or len(told) < 3)
    assert [now.iterations for now in told] == [10, 20, 30] and plan.iterations == 30
    assert told[-1].best().stops == plan.stops
    assert told[-1].tasks == len(given_[0]) - len(plan.left)


def test_without_tasks_or_hours_everybody_stays():
    place = [road(0, 10)]
    crew = Crew(0, 0, 100, 100)
    plans = [solve([], [crew], place, Limit(5), 1), solve([Task((Alternative(1, 1, 9),))], [crew], place, Limit(5), 1)]
    assert [(plan.stops, plan.length_m) for plan in plans] == [(((),), 0), (((),), 0)]
    unreachable = [Metres(*[np.array([[0, np.inf], [np.inf, 0]])] * 2)]
    plan = solve([Task((Alternative(1, 1, 9, prize=3.0),)), Task(())], [Crew(0, 0, 0, 900)], unreachable, Limit(9), 1)
    assert (plan.left, plan.prize, plan.feasible) == ((0, 1), 0.0, True)


WALK = Task((Alternative(1, 1, 60, prize=1.0),))
DAY = Crew(0, 0, 0, 1000, name="甲组")


@pytest.mark.parametrize(
    ("tasks", "crews", "said"),
    [
        ([WALK], [], "没有巡查组"),
        ([Task((Alternative(1, 1, -5.0),))], [DAY], "第 1 段的时长是 -5.0"),
        ([Task((Alternative(1, 1, 5.0, float("nan")),))], [DAY], "第 1 段的长度是 nan"),
        ([Task((Alternative(1, 1, 5.0, prize=-1.0),))], [DAY], "第 1 段的价值是 -1.0"),
        ([Task((Alternative(1, 7, 5.0),))], [DAY], "第 1 段的两端 1、7"),
        ([WALK._replace(crew=4)], [DAY], "指定给第 5 组"),
        ([WALK], [DAY._replace(to_s=-1)], "甲组的时间从 0 到 -1"),
        ([WALK], [DAY._replace(from_s=1e300, to_s=1e300)], "甲组的时间从 1e.300"),
        ([WALK], [DAY._replace(most_m=float("nan"))], "甲组最多 nan 米"),
        ([WALK], [DAY._replace(start=9)], "甲组的起终点"),
        ([WALK], [DAY._replace(profile=1)], "甲组用第 2 张里程表"),
        ([WALK], [DAY._replace(breaks=(Break((), 0, 9, 1),))], "甲组的休息没有地点"),
        ([WALK], [DAY._replace(breaks=(Break((1,), 2000, 3000, 60),))], "甲组的休息在它的时间和里程之内做不到"),
        (
            [WALK],
            [DAY._replace(appointments=(Appointment(1, 0, 500, 400, "开会"), Appointment(0, 100, 600, 300, "取样")))],
            "甲组的开会、取样不能都做到",
        ),
    ],
)
def test_what_cannot_mean_anything_is_refused_in_words(tasks, crews, said):
    with pytest.raises(BadInput, match=said):
        solve(tasks, crews, [road(0, 10)], Limit(5), 1)


def test_a_matrix_with_negative_or_nan_metres_and_a_search_without_end_are_refused():
    for value in (-1.0, float("nan")):
        with pytest.raises(BadInput, match="负数或 NaN"):
            solve([WALK], [DAY], [Metres(*[np.full((2, 2), value)] * 2)], Limit(5), 1)
    with pytest.raises(BadInput, match="没有给求解的限度"):
        solve([WALK], [DAY], [road(0, 10)], Limit(), 1)
    for seed in (-1, 2**32):
        with pytest.raises(BadInput, match=f"随机种子是 {seed}"):
            solve([WALK], [DAY], [road(0, 10)], Limit(5), seed)


@pytest.mark.parametrize(("window", "open_"), [((-1e300, 1e300), True), ((np.inf, -np.inf), False), ((5, 4), False)])
def test_a_window_without_end_is_open_and_one_that_ends_before_it_begins_never_is(window, open_):
    task = Task((Alternative(1, 1, 0.0, prize=1.0, windows=(window,)),))
    assert solve([task], [DAY], [road(0, 10)], Limit(2), 1).left == (() if open_ else (0,))


def test_a_hundred_thousand_pieces_are_refused_with_the_limit():
    with pytest.raises(TooLarge, match="要排 100000 段,一次最多 10000 段"):
        solve([WALK] * 100_000, [DAY], [road(0, 10)], Limit(5), 1)
    many = [Task((Alternative(1, 0, 60, prize=1.0, crews=frozenset({k % 50})),)) for k in range(5000)]
    with pytest.raises(TooLarge, match="最多 4 GB"):
        solve(many, [DAY] * 50, [road(0, 10)], Limit(5), 1)


def test_prizes_beyond_all_measure_do_not_overflow():
    prizes = [1e-12, 1.0, 1e15, 1e150]
    tasks = [Task((Alternative(1, 1, 60, prize=prize),)) for prize in prizes]
    plan = solve(tasks, [Crew(0, 0, 0, 200)], [road(0, 10)], Limit(30), 1)
    assert len(plan.left) == 1 and 3 not in plan.left
