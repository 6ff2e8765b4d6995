"""The newest events of one server, for those who come back."""

import secrets
from collections import OrderedDict, deque
from itertools import dropwhile

from api.live.event import Event

_NAMES_AN_EVENT = 6
"""How many names are remembered for each event that may be kept: its own, and those of signs of life."""


class Ring:
    """The newest events, in order, bounded in number and bytes; their numbers go on for as long as the server lives.

    >>> ring = Ring(most_events=2, most_bytes=100)
    >>> for _ in range(3):
    ...     ring.keep(Event(ring.newest + 1, ("tiles", "road"), None, b"..."))
    >>> [event.number for event in ring.since(1)]
    [2, 3]
    >>> ring.since(0), ring.since(4)
    (None, None)
    >>> [ring.number(ring.told(2)), ring.number("2"), ring.told(2) == ring.told(2)]
    [2, None, False]
    """

    def __init__(self, most_events: int, most_bytes: int) -> None:
        self.newest = 0
        self._most_events, self._most_bytes = most_events, most_bytes
        self._events: deque[Event] = deque()
        self._bytes = 0
        self._known_since = 0
        self._names: OrderedDict[str, int] = OrderedDict()

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
        """A new name for the number, for whoever is told of it.

        By names that count, or stay the same while nothing happens, everybody could read how much is told to others:
        when a crew is out, and how busy it is.
        """
        name = secrets.token_urlsafe(9)
        self._names[name] = number
        while len(self._names) > _NAMES_AN_EVENT * self._most_events:
            self._names.popitem(last=False)
        return name

    def number(self, told: str) -> int | None:
        """The number that this server told by a name; None for anything else, and for names from long ago."""
        return self._names.get(told)
