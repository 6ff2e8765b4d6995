"""Uvicorn's protocol with one way more: a tile in memory is answered as soon as its request's head is read.

A task and a cycle of messages for each request take longer than the answer itself (measured: 60 of 80 µs). What is not
answered here goes the usual way, through the application, whose endpoint answers alike (`endpoint.TilesFirst`).
"""

from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.tiles.endpoint import PREFIX
from api.tiles.first import First

_PREFIX = PREFIX.encode()


def tile_protocol(first: First) -> Any:
    """The protocol to give to Uvicorn as `http`."""
    return partial(TileProtocol, first=first)


class TileProtocol(HttpToolsProtocol):
    """One connection of a client."""

    def __init__(self, *arguments: Any, first: First, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._first = first
        self._answered = False
        self._idle_since_s = 0.0
        self._default: Any = None
        self._ending = b""

    def on_message_begin(self) -> None:
        """Make room for what is read; what only the usual way needs is made when it is gone."""
        self.url, self.headers, self.expect_100_continue = b"", [], False

    def on_headers_complete(self) -> None:
        """Answer at once where memory can, else begin as usual."""
        self._answered = self.url.startswith(_PREFIX) and self._free() and self._answer()
        if not self._answered:
            self._begin_as_usual()
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A GET that was answered needs no body."""
        if not self._answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Count what was answered, and wait for the next."""
        if not self._answered:
            super().on_message_complete()
            return
        self._answered = False
        self.server_state.total_requests += 1
        self._idle_since_s = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._wait(self.timeout_keep_alive)

    def on_response_complete(self) -> None:
        """An answer of the usual way is out: wait anew for the next request."""
        super()._unset_keepalive_if_required()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which nothing came for long enough, and wait on where something did."""
        self.timeout_keep_alive_task = None
        if self.transport.is_closing() or self._busy():
            return
        idle_s = self.loop.time() - self._idle_since_s
        if idle_s < self.timeout_keep_alive:
            self._wait(self.timeout_keep_alive - idle_s)
        else:
            super().timeout_keep_alive_handler()

    def _unset_keepalive_if_required(self) -> None:
        # A timer thrown away and made anew for each request costs as much as the answer: one looks again instead.
        self._idle_since_s = self.loop.time()

    def _begin_as_usual(self) -> None:
        url, headers, waits = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, waits
        self.headers.extend(headers)

    def _unsupported_upgrade_warning(self) -> None:
        """A server may pass over a wish for another protocol (RFC 9110, 7.8); the log need not tell of each."""

    def _wait(self, delay_s: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(delay_s, self.timeout_keep_alive_handler)

    def _busy(self) -> bool:
        """Whether an answer of the usual way is under way."""
        return bool(self.pipeline) or (self.cycle is not None and not self.cycle.response_complete)

    def _free(self) -> bool:
        """Whether this request is the only one to be answered, on a connection that stays and takes what is written."""
        parser = self.parser
        stays = parser.get_http_version() == "1.1" and parser.should_keep_alive() and not parser.should_upgrade()
        return stays and not self._busy() and not self.flow.write_paused

    def _answer(self) -> bool:
        if self.parser.get_method() != b"GET":
            return False
        path, _, query = self.url.partition(b"?")
        answer = self._first.answer(path, query, self.headers)
        if answer is None:
            return False
        if answer.body:
            self.transport.writelines([answer.head, self._dated(), answer.body])
        else:
            # One buffer takes a tenth less time to hand over than three of which one is empty.
            self.transport.write(answer.head + self._dated())
        return True

    def _dated(self) -> bytes:
        # Uvicorn makes this list anew every second.
        default = self.server_state.default_headers
        if default is not self._default:
            self._default = default
            self._ending = b"".join(b"%s: %s\r\n" % header for header in default) + b"\r\n"
        return self._ending
