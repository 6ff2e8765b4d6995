"""A read replica that tiles are drawn from, where there is one: only once it has what the primary last told of.

A notice comes from the primary as soon as a change is committed there; the replica has the change a moment later.
A tile drawn from it in between would be kept as if it were new. So at every notice it is noted how far the primary had
written, and until the replica has replayed that far, tiles are drawn from the primary.
"""

import logging
from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.database import Database, Operator
from api.listening import Listener
from layers import query

_SERVER = Operator("huashan")
_log = logging.getLogger("huashan.replica")


class Replica:
    """Knows when the replica may be asked."""

    channel = "city_change"

    def __init__(self, database: Database, listener: Listener) -> None:
        self.database = database
        self._needed: str | None = None
        self._reached: str | None = None
        listener.tell(self)

    def caught_up(self) -> bool:
        """Whether it has everything that was told of so far; False, too, where it cannot be reached."""
        needed = self._needed
        if needed is None:
            return False
        if self._reached == needed:
            return True
        try:
            with self.database.transaction(_SERVER) as connection:
                reached = bool(query.value(connection, "deployment/replayed_up_to", written_up_to=needed))
        except SQLAlchemyError as error:
            _log.warning("the replica cannot be asked, tiles are drawn from the primary: %s", error)
            return False
        if reached:
            self._reached = needed
        return reached

    def begun(self, connection: Connection) -> None:
        """Note how far the primary has written."""
        self._needed = query.value(connection, "deployment/written_up_to")

    def heard(self, notices: Sequence[str], connection: Connection) -> None:
        """Note how far the primary has written, before anyone is told what changed."""
        self.begun(connection)

    def beat(self, connection: Connection) -> None:
        """Nothing to do."""

    def ending(self, connection: Connection) -> None:
        """Nothing to do."""

    def lost(self) -> None:
        """Nobody knows any more how far it must have come."""
        self._needed = None
