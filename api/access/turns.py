"""Turns for questions that take seconds: so many at once in all, and of one person a few.

Without them whoever sends forty such questions has every thread of the server, and nobody else gets so much as a map.
Who waits for a turn holds neither a thread nor a connection.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from api.access.gate import credential_of, source_of
from api.answers.problems import TooMany
from api.limits import HEAVY_AT_ONCE, HEAVY_EACH, HEAVY_WAITING

__all__ = ["Heavy", "Turns"]

_AGAIN_S = 10


@dataclass
class _Queue:
    """Those of one person. asked: how many have a turn or wait for one."""

    room: asyncio.Semaphore
    asked: int = 0


@dataclass
class Turns:
    """Who has a turn; used by the event loop's thread alone."""

    at_once: int = HEAVY_AT_ONCE
    each: int = HEAVY_EACH
    waiting: int = HEAVY_WAITING
    _room: asyncio.Semaphore = field(init=False)
    _queues: dict[str, _Queue] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._room = asyncio.Semaphore(self.at_once)

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """A turn for as long as the block takes. Raises TooMany where the same person waits for too many already."""
        queue = self._queues.setdefault(who, _Queue(asyncio.Semaphore(self.each)))
        if queue.asked >= self.waiting:
            raise TooMany(f"您同时要算的太多(已有 {queue.asked} 项):请在 {_AGAIN_S} 秒后再试。", _AGAIN_S)
        queue.asked += 1
        try:
            # The own queue first: whoever has much to ask does not stand in the way of the others.
            async with queue.room, self._room:
                yield
        finally:
            queue.asked -= 1
            if not queue.asked:
                del self._queues[who]


async def _turn(request: Request) -> AsyncIterator[None]:
    turns: Turns = request.app.state.turns
    credential = credential_of(request)
    async with turns.turn(credential.sha256 if credential else source_of(request)):
        yield


Heavy = Annotated[None, Depends(_turn, scope="function")]
"""Declares that a route takes seconds: after its reader, so that only those who may ask wait for a turn."""
