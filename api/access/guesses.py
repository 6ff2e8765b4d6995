"""How fast a stranger may guess."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

GUESSES_PER_MINUTE = 20
GUESSES_PER_MINUTE_IN_ALL = 300
_WINDOW_S = 60.0


class Guesses:
    """Counts credentials that nobody holds, by where they came from, over the last minute.

    Only unknown credentials count and are turned away, so a stranger behind the same proxy locks nobody out.

    >>> guesses = Guesses(each=1, in_all=5, clock=lambda: 0.0)
    >>> guesses.wait_s("10.0.0.1")
    0
    >>> guesses.missed("10.0.0.1")
    >>> guesses.wait_s("10.0.0.1"), guesses.wait_s("10.0.0.2")
    (60, 0)
    """

    def __init__(
        self,
        each: int = GUESSES_PER_MINUTE,
        in_all: int = GUESSES_PER_MINUTE_IN_ALL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._each, self._in_all, self._clock = each, in_all, clock
        self._missed: deque[tuple[float, str]] = deque()
        self._lock = Lock()

    def wait_s(self, source: str) -> int:
        """Whole seconds until this source may guess again; 0 when it may now."""
        with self._lock:
            self._forget()
            own = [at for at, by in self._missed if by == source]
            if len(own) >= self._each:
                return self._left_s(own[-self._each])
            return self._left_s(self._missed[-self._in_all][0]) if len(self._missed) >= self._in_all else 0

    def missed(self, source: str) -> None:
        """Note a credential that nobody holds."""
        with self._lock:
            self._missed.append((self._clock(), source))

    def _left_s(self, at: float) -> int:
        return max(1, round(at + _WINDOW_S - self._clock()))

    def _forget(self) -> None:
        while self._missed and self._missed[0][0] <= self._clock() - _WINDOW_S:
            self._missed.popleft()
