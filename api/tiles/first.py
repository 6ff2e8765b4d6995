"""Tiles answered from memory, before the framework has looked at the request, whatever server runs it.

    first = First(tiles, recall, always)
    first.answer(raw_path, raw_query, headers)     an Answer, or None where more is to be done

Only what is plain is answered: a reader known by memory, layers that they may see, a tile that is kept. Everything
else, every refusal too, is the route's.
"""

from collections.abc import Iterable
from http import HTTPStatus

from api.access.recall import Recall
from api.tiles.asked import Asked
from api.tiles.cache import Key
from api.tiles.packed import Header, Packed, accepted
from api.tiles.service import Tiles

_MOST_ADDRESSES = 50_000
_MOST_WAYS = 20
"""Browsers word what they take in a handful of ways."""


class Answer:
    """Status, headers and body; `head` is the first two as HTTP/1.1 writes them, without the date."""

    __slots__ = ("body", "head", "headers", "status")

    def __init__(self, status: int, headers: list[Header], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body
        lines = [b"%s: %s" % header for header in headers]
        self.head = b"\r\n".join([b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode()), *lines, b""])


class First:
    """Answers what it can at once.

    always: the headers that every answer of this server has.  shared: whether pages of other sites may read it; what
    these ask is answered by the application, which knows whose pages.
    """

    def __init__(self, tiles: Tiles, recall: Recall, always: Iterable[Header], *, shared: bool = False) -> None:
        self._tiles, self._recall = tiles, recall
        self._always = list(always)
        # Two of a kind are for the gate to sort out.
        self._elsewhere = {b"cookie", b"authorization", *([b"origin"] if shared else [])}
        self._version: object = None
        self._keys: dict[tuple[bytes, bytes, bytes | None, bytes | None], Key | None] = {}

    def answer(self, raw_path: bytes, raw_query: bytes, headers: Iterable[Header]) -> Answer | None:
        """The answer to a GET of this address, where memory has it."""
        authorization = cookie = accept_encoding = if_none_match = None
        for name, value in headers:
            if name == b"accept-encoding":
                accept_encoding = value
            elif name == b"if-none-match":
                if_none_match = value
            elif name == b"cookie" and cookie is None:
                cookie = value
            elif name == b"authorization" and authorization is None:
                authorization = value
            elif name in self._elsewhere:
                return None
        key = self._key(raw_path, raw_query, authorization, cookie)
        tile = key and self._tiles.kept(key)
        if tile is None:
            return None
        found: Answer | None = tile.answers.get((if_none_match, accept_encoding if if_none_match is None else None))
        return found or self.sent(tile, accept_encoding, if_none_match, key)

    def sent(
        self, tile: Packed, accept_encoding: bytes | None, if_none_match: bytes | None, key: Key | None = None
    ) -> Answer:
        """A tile as an answer: 304 to whoever has it, 204 where there is nothing on it.

        key: under which it is kept, to have it made in one more encoding for the next who asks.
        """
        etag = tile.matches(if_none_match.decode("latin-1")) if if_none_match is not None else None
        if etag is not None:
            return self._unchanged(tile, etag)
        if tile.empty:
            return self._whole(tile, "identity", accept_encoding)
        wanted = accepted((accept_encoding or b"").decode("latin-1"))
        if tile.form(wanted[0]) is not None:
            return self._whole(tile, wanted[0], accept_encoding)
        if key:
            self._tiles.widen(key, tile, wanted[0])
        # What is there already is better than to wait.
        there = "gzip" if "gzip" in wanted else wanted[0]
        return self._answer(tile, there)

    def _whole(self, tile: Packed, encoding: str, asked_by: bytes | None) -> Answer:
        answer = self._answer(tile, encoding)
        if len(tile.answers) < _MOST_WAYS:
            tile.answers[None, asked_by] = answer
        return answer

    def _answer(self, tile: Packed, encoding: str) -> Answer:
        body = tile.encoded(encoding)
        return Answer(204 if tile.empty else 200, [*tile.headers(encoding, len(body)), *self._always], body)

    def _unchanged(self, tile: Packed, etag: str) -> Answer:
        vary = next(header for header in tile.headers("identity", 0) if header[0] == b"vary")
        answer = tile.answers[etag.encode(), None] = Answer(304, [(b"etag", etag.encode()), vary, *self._always], b"")
        return answer

    def _key(self, raw_path: bytes, raw_query: bytes, authorization: bytes | None, cookie: bytes | None) -> Key | None:
        """Under which the tile is kept that this reader asks for and may see; remembered for as long as that holds."""
        version = self._recall.version()
        if version is not self._version or len(self._keys) >= _MOST_ADDRESSES:
            self._version, self._keys = version, {}
        address = raw_path, raw_query, authorization, cookie
        if address in self._keys:
            return self._keys[address]
        asked = Asked.at(raw_path, raw_query)
        reader = self._recall.reader(authorization, cookie)
        allowed = asked and reader and self._recall.may_read(reader, asked.layers)
        key = self._keys[address] = self._tiles.key(asked, reader) if asked and reader and allowed else None
        return key
