"""Who follows a job as it is done: told by the database's notices, wherever it is done."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from api.access.reader import Reader
from api.database import Database
from api.jobs.in_hand import SERVER
from api.jobs.kind import Kind
from api.listening import Listener
from api.live.event import Key
from api.live.heard import Heard
from api.live.hub import Live
from api.live.stream import Stream
from layers import query

__all__ = ["News"]

LOOK_S = 2.0
"""How often to look where no notice comes, such as while the listening connection is lost."""
_log = logging.getLogger("huashan.jobs")


class News:
    """What one server tells of jobs of one kind; all but asking in the event loop's thread.

    told: a row of the kind's state as an event, and what that says.  heard: called at any notice.
    """

    def __init__(
        self,
        database: Database,
        live: Live,
        listener: Listener,
        kind: Kind,
        told: Callable[[Mapping[str, Any]], tuple[str, Mapping[str, Any]]],
        heard: Callable[[], None],
    ) -> None:
        self._database, self._live, self._kind, self._told, self._wake = database, live, kind, told, heard
        self._codes: set[str] = set()
        self._asking: asyncio.Task[None] | None = None
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        listener.tell(Heard(f"city_{kind.name}", self._heard, self._begun))

    def start(self) -> None:
        """Begin; called by the event loop's thread, before the listening begins."""
        self._loop = asyncio.get_running_loop()

    def stop(self) -> None:
        """Tell nothing more."""
        self._loop = None
        if self._asking:
            self._asking.cancel()

    async def follow(self, request: Request, reader: Reader, code: str, after: str | None) -> Stream:
        """A stream of how far a job is, which the reader may see: what was missed, where it stands, and what comes."""
        await self._live.remembered(request, reader)
        stream = self._live.follow(request, reader, self._key(code), after)
        try:
            rows = await run_in_threadpool(self._states, [code])
        except BaseException:
            self._live.close(stream)
            raise
        for row in rows:
            name, data = self._told(row)
            self._live.state(stream, name, data, last=row["status"] not in self._kind.open)
        return stream

    async def over(self, code: str, within_s: float) -> None:
        """Wait until a job is no longer open, and no longer than that."""
        told = asyncio.Event()
        self._waiting.setdefault(code, set()).add(told)
        until_s = time.monotonic() + within_s
        try:
            while (left_s := until_s - time.monotonic()) > 0:
                told.clear()
                rows = await run_in_threadpool(self._states, [code])
                if not rows or rows[0]["status"] not in self._kind.open:
                    return
                try:
                    await asyncio.wait_for(told.wait(), min(left_s, LOOK_S))
                except TimeoutError:
                    continue
        finally:
            self._waiting[code].discard(told)
            if not self._waiting[code]:
                del self._waiting[code]

    def _heard(self, codes: Sequence[str]) -> None:
        self._wake()
        loop = self._loop
        if loop and not loop.is_closed():
            loop.call_soon_threadsafe(self._changed, codes)

    def _begun(self, connection: Connection) -> None:
        self._wake()

    def _changed(self, codes: Sequence[str]) -> None:
        for code in codes:
            for told in self._waiting.get(code, ()):
                told.set()
        self._codes |= {code for code in codes if self._live.followed(self._key(code))}
        if self._codes and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        """Tell of the jobs that changed, one round after the other."""
        while self._codes:
            codes, self._codes = sorted(self._codes), set()
            try:
                rows = await run_in_threadpool(self._states, codes)
            except Exception:
                _log.exception("how far some %ss are could not be asked", self._kind.name)
                return
            for row in rows:
                name, data = self._told(row)
                self._live.tell(name, self._key(row["code"]), data, last=row["status"] not in self._kind.open)

    def _states(self, codes: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        with self._database.transaction(SERVER) as connection:
            return query.rows(connection, self._kind.state, None, codes=list(codes))  # type: ignore[return-value]

    def _key(self, code: str) -> Key:
        """Under which what happens to a job is told."""
        return (self._kind.name, code)
