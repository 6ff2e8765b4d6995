"""Telling screens what happens: every stream of one server, and what they are told.

Everything but the database's notices happens in the event loop's thread, one thing after the other. Notices come over
the one connection that tells of tokens, too, in the order of their commits, and tokens are read anew before anything
else of it is handled: what was committed after a token was revoked is never told to it. While that connection is lost
nothing is told; once it is back, everyone is told that something may have been missed; and where it does not come back
soon, the streams end and say so.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from sqlalchemy import Connection

from api.access.gate import Gate, credential_of, stranger
from api.access.reader import Reader
from api.access.watch import Known
from api.answers.times import said
from api.limits import LIVE_KEPT_BYTES, LIVE_KEPT_EVENTS, LIVE_STREAMS
from api.listening import Listener
from api.live.asker import Answers, Asker
from api.live.event import Box, Event, Key, alive, hello, written
from api.live.heard import Heard
from api.live.notice import FIX, Notice
from api.live.ring import Ring
from api.live.stream import Stream
from api.live.viewing import Viewing
from api.live.views import NAMES, views_of
from api.live.wanted import Wanted, boxes_of
from api.tiles.change import Change
from layers import query
from layers.errors import NotReady

HEARTBEAT_S = 15.0
CHECK_S = 0.5
COARSE_S = 60.0
"""How often tiles are told to have changed to who may not be told when they did."""
DEAF_S = 2.0
"""After so long without a word from the database the streams end: nobody is to take silence for peace."""
KNOWN_WITHIN_S = 2.0


class Live:
    """The streams of one server."""

    def __init__(self, gate: Gate, listener: Listener) -> None:
        self._gate, self._listener = gate, listener
        self._streams: set[Stream] = set()
        self._ring = Ring(LIVE_KEPT_EVENTS, LIVE_KEPT_BYTES)
        self._viewing = Viewing()
        self._asker: Asker | None = None
        self._zone = ZoneInfo(gate.settings.timezone)
        self._heard_s = time.monotonic()
        self._coarse: set[str] = set()
        self._checked: Known | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        listener.tell(Heard("city_live", self._heard, self._begun))
        listener.tell(Heard("city_access", lambda notices: self._in_loop(self._check), lambda connection: None))

    def start(self) -> None:
        """Begin; called by the event loop's thread, before the listening begins."""
        self._loop = asyncio.get_running_loop()
        self._heard_s = time.monotonic()
        self._asker = Asker(self._gate.database, lambda: self._viewing.views, self._answered, self._reset)
        acts = (_repeated(self._check, CHECK_S), _repeated(self._tell_coarsely, COARSE_S), self._asker.run())
        self._tasks = [asyncio.create_task(act) for act in acts]

    async def stop(self) -> None:
        """Tell nothing more."""
        self.end_all("平台正在停止")
        self._loop = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def end_all(self, reason: str) -> None:
        """End every stream, saying why."""
        for stream in list(self._streams):
            self._end(stream, reason)

    async def remembered(self, request: Request, reader: Reader) -> None:
        """Wait until the memory that streams are checked by knows the reader, who may have signed in just now.

        Raises NotReady where it does not.
        """
        until_s = time.monotonic() + KNOWN_WITHIN_S
        while self._now(request) != reader:
            if time.monotonic() > until_s:
                raise NotReady("收不到数据库的变更通知,暂时无法实时更新:请稍后再试,期间可定时查询。")
            await asyncio.sleep(0.05)

    def open(self, request: Request, reader: Reader, wanted: Wanted, after: str | None) -> Stream:
        """A stream for a reader who is remembered; it begins with what was missed since it was last told something.

        after: the id of the last event that came; None for someone new. Raises NotReady where there are too many.
        """
        self._refuse_crowd()
        views = wanted.among(views_of(reader, self._gate))
        keys = wanted.keys(reader) | {view.key for view in views}
        stream = Stream(request, reader, keys, wanted.box)
        number = self._ring.newest if after is None else self._ring.number(after)
        missed = None if number is None else self._ring.since(number)
        if number is None or missed is None or (after and not self._viewing.asked_since(number, views)):
            stream.offer(self._hello(self._ring.told(self._ring.newest)), self._missed)
            stream.offer(self._missed(), self._missed)
        else:
            stream.offer(self._hello(after or self._ring.told(number)), self._missed)
            for event in missed:
                self._offer(stream, event)
        self._viewing.join(views, self._ring.newest)
        self._streams.add(stream)
        return stream

    def follow(self, request: Request, reader: Reader, key: Key, after: str | None) -> Stream:
        """A stream of one key alone, for a reader who is remembered and may be told of it; see `open`.

        It begins with what was missed, as far as that is known: whoever follows tells it where things stand besides.
        """
        self._refuse_crowd()
        stream = Stream(request, reader, frozenset({key}), None)
        number = None if after is None else self._ring.number(after)
        missed = [] if number is None else self._ring.since(number) or []
        stream.offer(self._hello(self._ring.told(self._ring.newest if number is None else number)), self._missed)
        for event in missed:
            self._offer(stream, event)
        self._streams.add(stream)
        return stream

    def followed(self, key: Key) -> bool:
        """Whether anyone listens to what is told under a key; called by the event loop's thread."""
        return any(key in stream.keys for stream in self._streams)

    def tell(self, name: str, key: Key, data: Mapping[str, Any], *, last: bool = False) -> None:
        """Tell all who follow a key; last: there is no more to come, and their streams end. By the loop's thread."""
        self._publish(name, key, data, None)
        for stream in list(self._streams) if last else ():
            if key in stream.keys:
                stream.ended = True
                self.close(stream)

    def state(self, stream: Stream, name: str, data: Mapping[str, Any], *, last: bool = False) -> None:
        """Tell one stream where things stand; last: and nothing after that. By the event loop's thread."""
        text = written(name, {**data, "at": self._said_now()}, self._ring.told(self._ring.newest))
        (stream.last if last else stream.offer)(text, self._missed)
        if last:
            self.close(stream)

    def close(self, stream: Stream) -> None:
        """Nobody listens to a stream any more."""
        if stream in self._streams:
            self._streams.discard(stream)
            self._viewing.leave(stream.keys)

    def alive(self) -> bytes | None:
        """A sign of life; None while nobody can tell whether anything happened."""
        if not self._listener.trusted():
            return None
        return alive({"at": self._said_now()}, self._ring.told(self._ring.newest))

    def changed(self, change: Change) -> None:
        """The map has changed; called by the event loop's thread."""
        if change.layer is None:
            # A lost connection says so, too; what was missed by it is told once there is one again.
            if self._listener.trusted():
                self._reset()
            return
        if self._gate.catalogue[change.layer].derived:
            self._coarse.add(change.layer)
        boxes = boxes_of(change)
        self._publish("tiles", ("tiles", change.layer), {"layer": change.layer, "boxes": boxes}, boxes)

    def _refuse_crowd(self) -> None:
        if len(self._streams) >= LIVE_STREAMS:
            raise NotReady(f"实时连接已达上限 {LIVE_STREAMS} 个:请稍后再试,期间可定时查询。")

    def _heard(self, notices: Sequence[str]) -> None:
        read = [notice for notice in map(Notice.of, notices) if notice is not None]
        if self._asker and read:
            self._in_loop(self._asker.notice, read)

    def _begun(self, connection: Connection) -> None:
        zone = ZoneInfo(query.rows(connection, "deployment/deployment_facts")[0]["timezone"])
        self._in_loop(self._begin_anew, zone)

    def _begin_anew(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._reset()

    def _answered(self, answers: Answers) -> None:
        for view, found in answers:
            if view.kind != FIX or self._viewing.news(view, found):
                self._publish(NAMES[view.kind], view.key, found.data, found.boxes)

    def _tell_coarsely(self) -> None:
        told, self._coarse = sorted(self._coarse), set()
        for layer in told:
            self._publish("tiles", ("coarse", layer), {"layer": layer, "boxes": None}, None)
        self._viewing.forget_left()

    def _publish(self, name: str, key: Key, data: Mapping[str, Any], boxes: tuple[Box, ...] | None) -> None:
        if not self._safe():
            self._reset()
            return
        number = self._ring.newest + 1
        text = written(name, {**data, "at": self._said_now()}, self._ring.told(number))
        event = Event(number, key, boxes, text)
        self._ring.keep(event)
        for stream in self._streams:
            self._offer(stream, event)

    def _safe(self) -> bool:
        """See to it that nobody is told who was refused before it happened; whether that can be known."""
        known = self._gate.watch.known()
        if known is not self._checked:
            self._check()
        return known is not None

    def _offer(self, stream: Stream, event: Event) -> None:
        if stream.wants(event):
            stream.offer(event.text, self._missed)

    def _reset(self) -> None:
        self._ring.forget()
        self._viewing.forget_last()
        text = self._missed()
        for stream in self._streams:
            stream.instead(text)

    def _missed(self) -> bytes:
        return written("reset", {"at": self._said_now()}, self._ring.told(self._ring.newest))

    def _hello(self, told: str) -> bytes:
        return hello({"now": self._said_now(), "id": told, "heartbeat_s": HEARTBEAT_S}, told)

    def _end(self, stream: Stream, reason: str) -> None:
        data = {"reason": f"{reason},实时连接已结束。", "at": self._said_now()}
        stream.end(written("end", data, self._ring.told(self._ring.newest)))
        self.close(stream)

    def _check(self) -> None:
        """End the streams of those who may not go on, or of all where nothing can be told any more."""
        now_s = time.monotonic()
        if self._listener.connected:
            self._heard_s = now_s
        elif now_s - self._heard_s > DEAF_S:
            self.end_all("收不到数据库的变更通知")
        known = self._gate.watch.known()
        if known is None:
            return
        self._checked = known
        for stream in list(self._streams):
            if self._now(stream.request) != stream.reader:
                self._end(stream, "登录已失效、权限有变,或平台开始有真实数据")

    def _now(self, request: Request) -> Reader | None:
        """Who asks, by memory alone; None where memory knows nobody."""
        known, reader = self._gate.watch.known(), self._gate.recall(request)
        if reader is None and known is not None:
            credential = credential_of(request)
            if credential is not None and credential.kind == "session":
                return stranger(known.holding)
        return reader

    def _said_now(self) -> str:
        return str(said(datetime.now(self._zone)))

    def _in_loop(self, act: Callable[..., None], *arguments: object) -> None:
        loop = self._loop
        if loop and not loop.is_closed():
            loop.call_soon_threadsafe(act, *arguments)


async def _repeated(act: Callable[[], None], seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        act()
