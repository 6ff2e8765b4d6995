"""The solver: PyVRP's iterated local search on the tables of a plan, with what still fits put in after every best.

Laws, by construction:

- Nothing that fits is left: the search's every new best is filled up (`insertion`) before it counts as the best.
- With one seed, more iterations never give a worse plan: it is one search, stopped later, and its best is kept.
- With the old plan as its start, the plan is never worse than the old one: the search begins with it.
- The same seed and number of iterations give the same plan: no clock is asked unless seconds are the limit.

Why PyVRP: it is the strongest open solver of such problems (routes with windows, profiles, prizes and exclusive
groups in one model), kept well, and compiled (Wouda, Lan and Kool 2024, INFORMS Journal on Computing 36:4).
"""

from collections.abc import Callable, Sequence

import numpy as np

from geo.plan.solver.checks import check_limit
from geo.plan.solver.must import kept
from geo.plan.solver.pyvrp_model import model
from geo.plan.solver.search import Clock, Progress, Search
from geo.plan.solver.whole import whole
from geo.plan.tasks import Crew, Limit, Matrices, Solution, Task

__all__ = ["Progress", "solve"]


def solve(
    tasks: Sequence[Task],
    crews: Sequence[Crew],
    costs: Sequence[Matrices],
    limit: Limit,
    seed: int,
    *,
    start: Solution | None = None,
    progress: Callable[[Progress], bool] | None = None,
) -> Solution:
    """The best plan found: what is required first, then the most worth, then the fewest metres.

    start: a plan of the same tasks and of the first of these crews; what of it still holds is where the search
    begins. progress: called now and then; False ends the search with the best so far. Tasks that are required, or
    fixed to a crew, come before all others; those that cannot be done are in `Solution.missed`, never an error.
    No tasks: every crew without appointments is idle. BadInput: input that means nothing, or a crew whose own breaks
    and appointments cannot all be kept. TooLarge: more than `solver.checks` names.

    >>> import numpy as np
    >>> from geo.plan.tasks import Alternative, Metres
    >>> at_m = np.array([0.0, 100.0, 400.0, 2000.0])  # a straight road: the post, and three places
    >>> road = Metres(*[np.abs(np.subtract.outer(at_m, at_m))] * 2)  # at 1 m/s
    >>> walk = Task((Alternative(1, 2, 300, 300.0, prize=5.0), Alternative(2, 1, 300, 300.0, prize=5.0)))
    >>> far = Task((Alternative(3, 3, 60, prize=9.0),))
    >>> day = solve([walk, far], [Crew(0, 0, 0, 3600)], [road], Limit(iterations=20), seed=1)
    >>> day.prize, day.left, day.length_m  # 4,000 m there and back would take 66 minutes
    (5.0, (1,), 800)
    """
    check_limit(limit, seed)
    clock = Clock(limit)
    table = whole(tasks, crews, costs)
    required = np.array([task.required or task.crew is not None for task in tasks], dtype=np.bool_)
    hard = len(tasks) > 0 and all(task.required and task.crew is None and task.alternatives for task in tasks)
    orders = kept(table, crews)
    for all_or_none in [True, False] if hard else [False]:
        search = Search(model(table, required, all_or_none), tasks, crews, orders)
        found = search.run(clock, seed, start, progress)
        if found is not None:
            return found
    raise AssertionError("a search that may leave everything found nothing")  # it begins with a plan that holds
