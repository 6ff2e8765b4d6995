"""A plan that one worker has in hand: how far solving is, the best so far, and the answer."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from api.database import Database
from api.jobs.in_hand import SERVER, InHand, NotWanted, Tell, dumped
from api.plans.kind import PLANS
from geo.plan.tasks import Limit
from layers import query

__all__ = ["PlanInHand"]


class PlanInHand(InHand):
    """A plan that one worker solves.  most_s: how long the deployment lets it search."""

    def __init__(self, database: Database, code: str, worker: str, most_s: float, tell: Tell = lambda told: None):
        super().__init__(PLANS, database, code, worker, tell)
        self.most_s = most_s

    def searching(self, options: Mapping[str, Any]) -> Limit:
        """Tell that the search begins; how long it may take: as asked for, never longer than the deployment lets."""
        self.stage("solving", {"of_iterations": options["iterations"], "of_seconds": options["seconds"]})
        return Limit(options["iterations"], min(options["seconds"] or self.most_s, self.most_s))

    def __call__(self, progress: Mapping[str, Any], draft: Mapping[str, Any] | None = None) -> bool:
        """Take note of how far solving is; whether to go on. Raises NotWanted where nobody wants it any more.

        draft: the best plan so far, where it was worked out.
        """
        if draft is None:
            return self.note(progress)
        names = ("debt_before_m_days", "debt_after_m_days", "debt_before_target_days", "debt_after_target_days")
        bound = {"code": self.code, "worker": self.worker, "draft": dumped(draft)}

        def keep(connection: Connection) -> None:
            query.execute(connection, "plan/plan_draft", None, **bound)

        return self.note({**progress, **{name: draft["totals"][name] for name in names}}, keep)

    def done(self, answer: Mapping[str, Any]) -> None:
        """Keep the answer; raises NotWanted where it is another's to give by now."""
        progress = dumped(self.told() | {"stage": "done"})
        with self.database.transaction(SERVER, write=True) as connection:
            bound = {"code": self.code, "worker": self.worker, "progress": progress, **answer}
            if query.value(connection, "plan/plan_done", None, **bound) is None:
                raise NotWanted(self.code)
