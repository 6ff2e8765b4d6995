"""Where tiles wait to be drawn, a few at a time: lanes beside one another, so that the slow hold up only their like."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from layers.errors import NotReady

P = ParamSpec("P")
T = TypeVar("T")


class Lane:
    """So many at once, in threads of its own; and no more than `most` that are drawn or wait."""

    def __init__(self, name: str, at_once: int, most: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, f"huashan-{name}")
        self._most = most
        self._taken = 0

    def begin(self, act: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> "asyncio.Future[T]":
        """Have it done as soon as there is room; called by the event loop's thread. Raises NotReady where all is full.

        Where the lane has ended before its turn came, the future is cancelled.
        """
        if self._taken >= self._most:
            raise NotReady(f"同时要画的切片太多(已有 {self._taken} 张在等):请稍后再试。")
        self._taken += 1
        future = asyncio.wrap_future(self._threads.submit(act, *arguments, **named))
        future.add_done_callback(self._leave)
        return future

    def aside(self, act: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> "Future[T]":
        """Have it done where it does not matter when; it does not count."""
        return self._threads.submit(act, *arguments, **named)

    def end(self) -> None:
        """Begin nothing more, and wait for what has begun."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _leave(self, done: "asyncio.Future[T]") -> None:
        self._taken -= 1
