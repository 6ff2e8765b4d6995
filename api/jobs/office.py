"""What one server has for jobs of one kind: the thread that has them done, and who tells of them."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection

from api.database import Database
from api.jobs.kind import Kind
from api.jobs.news import News
from api.jobs.runner import Runner
from api.listening import Listener
from api.live.hub import Live
from api.settings import Settings

__all__ = ["Office"]


class Office(NamedTuple):
    """The runner of a kind, and its news."""

    runner: Runner
    news: News

    @classmethod
    def of(
        cls,
        kind: Kind,
        settings: Settings,
        database: Database,
        live: Live,
        listener: Listener,
        erase_old: Callable[[Connection, int], object],
        told: Callable[[Mapping[str, Any]], tuple[str, Mapping[str, Any]]],
    ) -> Self:
        """An office; erase_old: takes out what is older than so many days.  told: how far one is, as News tells it."""
        runner = Runner(settings, database, kind, lambda connection: erase_old(connection, settings.plan_days))
        return cls(runner, News(database, live, listener, kind, told, runner.wake))
