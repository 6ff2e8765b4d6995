"""Why a crew stays at home in a plan: somebody who is on duty will ask."""

from collections.abc import Sequence

from geo.plan.plan import Idle, Piece, Route
from geo.plan.problem import Problem

__all__ = ["idle_of"]


def idle_of(problem: Problem, pieces: Sequence[Piece], route: Route) -> Idle | None:
    """Why a route is empty; None where it is not. pieces: as the plan has them, planned or left out."""
    if route.stops:
        return None
    if route.crew in problem.stranded:
        return Idle("stranded", 0)
    own = [
        pieces[number]
        for number, task in enumerate(problem.tasks)
        if any(one.crews is None or route.crew in one.crews for one in task.alternatives)
    ]
    taken = sum(piece.state == "planned" for piece in own)
    left = sum(piece.why == "no_time" for piece in own)
    if taken:
        return Idle("taken", taken)
    return Idle("no_time", left) if left else Idle("none", 0)
