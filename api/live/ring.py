"""The newest events of one server, for those who come back."""

import re
import secrets
from collections import deque
from itertools import dropwhile

from api.live.event import Event

_TOLD = re.compile(r"([0-9a-f]{12})-(0|[1-9]\d{0,17})")


class Ring:
    """The newest events, in order, bounded in number and bytes; their numbers go on for as long as the server lives.

    >>> ring = Ring(most_events=2, most_bytes=100)
    >>> for _ in range(3):
    ...     ring.keep(Event(ring.newest + 1, ("tiles", "road"), None, b"..."))
    >>> [event.number for event in ring.since(1)]
    [2, 3]
    >>> ring.since(0), ring.since(4)
    (None, None)
    """

    def __init__(self, most_events: int, most_bytes: int) -> None:
        self.newest = 0
        self.tag = secrets.token_hex(6)
        self._most_events, self._most_bytes = most_events, most_bytes
        self._events: deque[Event] = deque()
        self._bytes = 0
        self._known_since = 0

    def keep(self, event: Event) -> None:
        """Keep the next event, whose number is the next one."""
        self.newest = event.number
        self._events.append(event)
        self._bytes += len(event.text)
        while len(self._events) > self._most_events or self._bytes > self._most_bytes:
            gone = self._events.popleft()
            self._bytes -= len(gone.text)
            self._known_since = gone.number

    def forget(self) -> None:
        """Forget everything: something was missed, and nobody before it can be told what; that takes a number, too."""
        self.newest += 1
        self._events.clear()
        self._bytes, self._known_since = 0, self.newest

    def since(self, number: int) -> list[Event] | None:
        """Every event after that of a number, in order; None where some may be missing."""
        if not self._known_since <= number <= self.newest:
            return None
        return list(dropwhile(lambda event: event.number <= number, self._events))

    def told(self, number: int) -> str:
        """How the number is told, so that no other server takes it for its own."""
        return f"{self.tag}-{number}"

    def number(self, told: str) -> int | None:
        """The number that this server told; None for anything else."""
        match = _TOLD.fullmatch(told)
        return int(match[2]) if match and match[1] == self.tag else None
