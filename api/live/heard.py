"""Being told by the listening thread what came on one channel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection


@dataclass(eq=False)
class Heard:
    """A hearer (`api.listening.Hearer`) that passes on what it hears, and that a connection has begun to listen."""

    channel: str
    on_notices: Callable[[Sequence[str]], None]
    on_begun: Callable[[Connection], None]

    def begun(self, connection: Connection) -> None:
        """Pass it on."""
        self.on_begun(connection)

    def heard(self, notices: Sequence[str], connection: Connection) -> None:
        """Pass them on."""
        self.on_notices(notices)

    def beat(self, connection: Connection) -> None:
        """Nothing to do."""

    def ending(self, connection: Connection) -> None:
        """Nothing to do."""

    def lost(self) -> None:
        """Nothing to do: whoever relies on what is heard asks the listener whether it is to be trusted."""
