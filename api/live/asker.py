"""Asks the database what happened, one round after the other, for all streams of a server together."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from api.database import Database
from api.live.notice import FIX, Notice
from api.live.views import Found, View, asked

POSITIONS_EVERY_S = 1.0
_log = logging.getLogger("huashan.live")
Answers = list[tuple[View, Found]]


class Asker:
    """Turns notices into answers. All of it but the asking happens in the event loop's thread.

    views: who is listening now. heard: told each round's answers. failed: told that a round's are lost.
    """

    def __init__(
        self,
        database: Database,
        views: Callable[[], Sequence[View]],
        heard: Callable[[Answers], None],
        failed: Callable[[], None],
    ) -> None:
        self._database, self._views, self._heard, self._failed = database, views, heard, failed
        self._rows: dict[Notice, None] = {}
        self._positions = False
        self._positions_from_s = 0.0
        self._woken = asyncio.Event()

    def notice(self, notices: Sequence[Notice]) -> None:
        """Ask about these soon; about positions once a second, however many come."""
        self._positions = self._positions or any(notice.kind == FIX for notice in notices)
        self._rows |= dict.fromkeys(notice for notice in notices if notice.kind != FIX)
        self._woken.set()

    async def run(self) -> None:
        """Ask for as long as the server runs."""
        loop = asyncio.get_running_loop()
        while True:
            await self._woken.wait()
            self._woken.clear()
            notices = self._taken(loop)
            views = self._views()
            if not notices or not views:
                continue
            try:
                answers = await loop.run_in_executor(None, self._ask, views, notices)
            except Exception:
                _log.exception("what happened could not be asked")
                self._failed()
            else:
                self._heard(answers)

    def _taken(self, loop: asyncio.AbstractEventLoop) -> list[Notice]:
        notices, self._rows = list(self._rows), {}
        if self._positions:
            wait_s = self._positions_from_s - loop.time()
            if wait_s <= 0:
                self._positions, self._positions_from_s = False, loop.time() + POSITIONS_EVERY_S
                notices.append(Notice(FIX, "many", None))
            else:
                loop.call_later(wait_s, self._woken.set)
        return notices

    def _ask(self, views: Sequence[View], notices: Sequence[Notice]) -> Answers:
        kinds = {notice.kind for notice in notices}
        answers = []
        for view in views:
            if view.kind in kinds:
                with self._database.transaction(view.reader) as connection:
                    answers += [(view, found) for found in asked(connection, view, notices)]
        return answers
