"""One screen that is being told: what waits to be sent to it, never more than a little."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from fastapi import Request

from api.access.reader import Reader
from api.limits import LIVE_WAITING_BYTES, LIVE_WAITING_EVENTS
from api.live.event import Box, Event, Key


class Stream:
    """What one reader is told: events of these keys, within a box where one is given.

    missed: writes the event that says that something was missed, by the number of the last thing that was.
    """

    def __init__(self, request: Request, reader: Reader, keys: frozenset[Key], box: Box | None) -> None:
        self.request, self.reader, self.keys = request, reader, keys
        self.ended = False
        self._box = box
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._woken = asyncio.Event()

    def wants(self, event: Event) -> bool:
        """Whether the reader is to be told of it."""
        return event.key in self.keys and event.touches(self._box)

    def offer(self, text: bytes, missed: Callable[[], bytes]) -> None:
        """Have something sent; where too much is waiting already, say instead that something was missed."""
        if self.ended:
            return
        if len(self._waiting) >= LIVE_WAITING_EVENTS or self._bytes + len(text) > LIVE_WAITING_BYTES:
            self.instead(missed())
        else:
            self._put(text)

    def instead(self, text: bytes) -> None:
        """Send this instead of all that is waiting."""
        if not self.ended:
            self._waiting.clear()
            self._bytes = 0
            self._put(text)

    def last(self, text: bytes, missed: Callable[[], bytes]) -> None:
        """Send this after all that is waiting, and then no more."""
        self.offer(text, missed)
        self.ended = True

    def end(self, text: bytes) -> None:
        """Send this instead of all that is waiting, and then no more."""
        self.instead(text)
        self.ended = True

    async def sent(self, beat_s: float, beat: Callable[[], bytes | None]) -> AsyncIterator[bytes]:
        """What to send, as it comes, until the end; and a sign of life, where there is one, whenever nothing came."""
        while self._waiting or not self.ended:
            if not self._waiting:
                try:
                    await asyncio.wait_for(self._woken.wait(), beat_s)
                except TimeoutError:
                    sign = beat()
                    if sign is not None and not self._waiting:
                        yield sign
            self._woken.clear()
            if self._waiting:
                text, self._bytes = b"".join(self._waiting), 0
                self._waiting.clear()
                yield text

    def _put(self, text: bytes) -> None:
        self._waiting.append(text)
        self._bytes += len(text)
        self._woken.set()
