"""A kind of job: what there is to know of it to have it done, whatever it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from api.settings import Settings
from layers import query

__all__ = ["Kind"]


@dataclass(frozen=True)
class Kind:
    """A table of jobs, and who does them.

    The table has the columns code, status (queued, the word of `doing`, done, failed, cancelled), attempts, worker,
    progress, fault, changes, made_by, cancel_at, started_at, ended_at and erased_at, and the triggers of
    deploy/job_notice.sql.  number: its key.
    program: called with a job's code and a worker's name, it does that job, and writes down how far it is and the
    answer.  most_s: how long one attempt may take.  broken, late: what is told of one that died twice, or took longer.
    state: the query that tells how far the jobs of some `codes` are.
    """

    table: str
    number: str
    doing: str
    program: tuple[str, ...]
    most_s: Callable[[Settings], float]
    broken: str
    late: str
    state: str

    @property
    def name(self) -> str:
        """The table's name without its schema."""
        return self.table.partition(".")[2]

    @property
    def open(self) -> tuple[str, str]:
        """The states of one that has no answer yet, and is to have one."""
        return ("queued", self.doing)

    def rows(self, connection: Connection, name: str, **bound: object) -> list[dict[str, Any]]:
        """The rows of a query that all kinds have alike: `deployment/job_<name>.sql`."""
        columns = {"table": self.table, "number": self.number}
        all_bound = {"table": self.table, "doing": self.doing, **bound}
        result = query.execute(connection, f"deployment/job_{name}", columns, **all_bound)
        return [dict(row) for row in result.mappings()] if result.returns_rows else []

    def value(self, connection: Connection, name: str, **bound: object) -> Any:
        """The first value of the first row of such a query; None where it has no row."""
        return next((next(iter(row.values())) for row in self.rows(connection, name, **bound)), None)
