"""A day's plan for a city: a thousand overdue pieces of Wuhan's main roads, twenty crews, a minute of one core.

Beside it the rule that offices use today, the nearest overdue piece that still fits, on debt paid by the same crews in
the same hours; and the bound that no plan can exceed. HUASHAN_BENCH_PIECES, _CREWS and _SECONDS ask for another day. No
rival was found that plans by debt; the ratio printed is to that rule.
"""

import os
import resource
import time

import pytest

from geo.plan.bound import RELAXATION, bound
from geo.plan.nearest import nearest
from geo.plan.solve import Progress, solve
from geo.plan.tasks import Limit, Solution
from tests.bench.patrol_city import ROADS, day

PIECES = int(os.environ.get("HUASHAN_BENCH_PIECES", "1000"))
CREWS = int(os.environ.get("HUASHAN_BENCH_CREWS", "20"))
SECONDS = float(os.environ.get("HUASHAN_BENCH_SECONDS", "60"))


def test_a_day_of_a_city_beside_the_rule_of_offices():
    if not ROADS.exists():
        pytest.skip(f"real data {ROADS.name} is not beside the checkout")
    began = time.perf_counter()
    city = day(PIECES, CREWS)
    asked = city.tasks, city.crews, city.costs
    print(
        f"\na plan for {PIECES} pieces and {CREWS} crews on {city.edges} edges ({_since(began)} for network and ways)"
    )
    began = time.perf_counter()
    greedy = nearest(*asked)
    print(f"  nearest that fits {_said(greedy)}   in {_since(began)}")
    began = time.perf_counter()
    most = bound(*asked)
    print(f"  bound             {most.prize / 1000:9,.0f} of {most.total / 1000:,.0f} thousand m·d in {_since(began)}")
    print(f"                    {'trivial' if most.trivial else RELAXATION}")
    began, told = time.perf_counter(), list[tuple[int, int, float]]()
    plan = solve(*asked, Limit(seconds=SECONDS), seed=1, progress=lambda now: _note(now, told, began))
    for iterations, tasks, seconds in told:
        print(f"                    after {seconds:4.0f} s, {iterations:>7,} iterations: {tasks} pieces")
    print(f"  plan              {_said(plan)}   in {_since(began)}, {plan.iterations:,} iterations")
    print(f"  gap to the bound  {100 * most.gap(plan):.1f} %; debt paid, plan to rule: {plan.prize / greedy.prize:.3f}")
    print(f"  memory            {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GB at most")
    assert plan.feasible and plan.prize > greedy.prize


def _since(began: float) -> str:
    return f"{time.perf_counter() - began:.1f} s"


def _said(plan: Solution) -> str:
    done = sum(visit.kind == "task" for route in plan.routes for visit in route.visits)
    return f"{plan.prize / 1000:9,.0f} thousand m·d paid, {done} pieces, {plan.length_m / 1000:,.0f} km"


def _note(now: Progress, told: list[tuple[int, int, float]], began: float) -> bool:
    seconds = time.perf_counter() - began
    if seconds >= 10 * (len(told) + 1):
        told.append((now.iterations, now.tasks, seconds))
    return True
