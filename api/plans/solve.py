"""One plan from asking to answer, by a process of its own: `python -m api.plans.solve CODE WORKER`.

Reads the city as it is known when solving begins, has geo.plan find the routes, and writes down how far it is, the best
so far, and the answer. It ends with whoever began it, and where the plan is wanted no more.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from api.database import Database
from api.duties.posts import post_names
from api.jobs import process
from api.jobs.in_hand import SERVER, dumped
from api.plans import store
from api.plans.again import fixed_pieces, only_gaps
from api.plans.answer import Teller
from api.plans.city import read_plan_city
from api.plans.crews import crew_days
from api.plans.in_hand import PlanInHand
from api.plans.packed import MOST_BYTES
from api.plans.planner import Ask, find
from api.settings import Settings
from geo.plan.city import Options
from layers import query
from layers.catalogue import Catalogue, read_catalogue

__all__ = ["main", "solve_stored"]

SOLVED = "求解"


def solve_stored(plan: PlanInHand, catalogue: Catalogue) -> None:
    """Solve a plan that a worker has in hand, and keep its answer, or in words why there is none.

    Raises NotWanted where the plan is not this worker's any more.
    """
    process.answered(plan, lambda: plan.done(_solved(plan, catalogue)))


def _solved(plan: PlanInHand, catalogue: Catalogue) -> dict[str, Any]:
    """The answer of the plan in hand, as `plan_done` takes it."""
    plan.stage("reading")
    with plan.database.transaction(SERVER) as connection:
        query.execute(connection, "plan/plan_patience")
        row = store.one(connection, plan.code)
        asked, known_at = row["asked"], _known_at(connection, row["asked"])
        days = [date.fromisoformat(day) for day in asked["days"]]
        posts = post_names(connection, days[0])
        found = read_plan_city(connection, catalogue, days, asked["options"], known_at)
        before = store.one(connection, asked["again_from"])["answer"] if asked["again_from"] else None
    crews, options = crew_days(asked["crews"], days, found.place), asked["options"]
    city, fixed = found.city, fixed_pieces(before, (crew.route for crew in crews)) if before else {}
    if before and options["second_pass"]:
        city = only_gaps(city, before)
    teller = Teller(city, crews, found.place.metric_crs, found.network, posts)
    limit = plan.searching(options)
    ask = Ask(city, crews, options_of(options, fixed))
    solved = find(ask, limit, options["seed"], plan, teller.answer)
    plan.stage("telling")
    told, packed = teller.answer(solved.plan), solved.packed()
    return {
        "answer": dumped(told | {"waiting": found.waiting}),
        "problem": packed if len(packed) <= MOST_BYTES else None,
        "known_at": known_at,
        "crews": [crew["crew"] for crew in asked["crews"]],
        "what": SOLVED,
    }


def options_of(options: Mapping[str, Any], fixed: Mapping[str, str]) -> Options:
    """The options of a plan as geo.plan takes them."""
    return Options(
        unverified=options["unverified"],
        ahead_days=options["ahead_days"],
        layers=frozenset(options["layers"]) if options["layers"] else None,
        duties=frozenset(options["duties"]) if options["duties"] else None,
        fixed=dict(fixed),
    )


def main(arguments: Sequence[str]) -> int:
    """Solve the plan of a code in the name of a worker; the process's exit status."""
    code, worker = arguments

    def solve(database: Database, settings: Settings) -> None:
        solve_stored(PlanInHand(database, code, worker, settings.plan_s), read_catalogue())

    return process.run(solve)


def _known_at(connection: Connection, asked: Mapping[str, Any]) -> datetime:
    """As of when the city is read: the instant asked for, else now by the database's clock."""
    now: datetime = query.value(connection, "coverage/clock")
    return min(datetime.fromisoformat(asked["at"]), now) if asked["at"] else now


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
