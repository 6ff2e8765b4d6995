"""What holds for every request and answer: what is too strange to read, and what browsers are told to forbid."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers.problems import KINDS, problem
from api.limits import BODY_BYTES, MAX_BODY_BYTES, MAX_PATH_CHARS, MAX_QUERY_CHARS
from layers.errors import BadInput, TooLarge

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000"}
PRIVATE = "private, no-cache"
DEPENDS_ON = ("Authorization", "Cookie")
ORIGIN = "Origin"


def always(*, secure: bool, shared: bool) -> list[tuple[bytes, bytes]]:
    """What every answer tells the browser, as a server writes it; private to its reader.

    secure: whether browsers reach this server by https.  shared: whether pages of other sites may read it.
    """
    told = ALWAYS | {"Cache-Control": PRIVATE} | (HSTS if secure else {}) | ({"Vary": ORIGIN} if shared else {})
    return [(name.lower().encode(), value.encode()) for name, value in told.items()]


def sharing(origins: Sequence[str]) -> dict[str, Any]:
    """What Starlette's middleware is told, so that pages of these origins read with a token, and never by a cookie."""
    return {
        "allow_origins": origins,
        "allow_methods": ["GET", "HEAD"],
        "allow_headers": ["Authorization", "If-None-Match"],
        "expose_headers": ["ETag", "Link", "Content-Crs", "X-Tile-Left-Out", "X-Huashan-Notice"],
        "allow_credentials": False,
    }


class Headers:
    """Adds the headers that browsers obey; an answer that says nothing else is private to its reader."""

    def __init__(self, app: ASGIApp, *, secure: bool, shared: bool) -> None:
        self._app, self._shared = app, shared
        self._always = ALWAYS | (HSTS if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with its headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in self._always.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", PRIVATE)
                if not headers["Cache-Control"].startswith("public"):
                    _vary(headers, DEPENDS_ON)
                if self._shared:
                    _vary(headers, (ORIGIN,))
            await send(message)

        await self._app(scope, receive, dressed)


def _vary(headers: MutableHeaders, names: Iterable[str]) -> None:
    said = {name.strip().lower() for name in headers.get("vary", "").split(",")}
    for name in names:
        if name.lower() not in said:
            headers.add_vary_header(name)


class Readable:
    """Turns away requests that no route could mean, and answers HEAD as GET without its body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what can be read; a problem document for the rest."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fault = _fault(scope)
        if fault:
            status, sentence = fault
            await problem(KINDS[BadInput]._replace(status=status), sentence)(scope, receive, send)
            return
        # A part of a file is never needed here, and a server may answer with the whole.
        asked = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"range"]}
        if scope["method"] == "HEAD":
            await self._app({**asked, "method": "GET"}, receive, _Headless(send))
        else:
            await self._app(asked, receive, send)


class _Headless:
    """Sends an answer's head, and ends it where its body begins: a stream's would never end."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._ended = False

    async def __call__(self, message: Message) -> None:
        if message["type"] != "http.response.body":
            await self._send(message)
        elif not self._ended:
            self._ended = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})


class Bounded:
    """Refuses a body over the path's limit: by what it declares before reading it, else as soon as it is exceeded."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with a `receive` that stops at the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = BODY_BYTES.get(scope["path"], MAX_BODY_BYTES)
        sentence = f"请求正文超过上限 {limit} 字节:请缩小,或分成几次发送。"
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared[:20]) > limit:
            await problem(KINDS[TooLarge], sentence)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise TooLarge(sentence)
            return message

        await self._app(scope, counted, send)


def _fault(scope: Scope) -> tuple[int, str] | None:
    path, query = scope["path"], scope["query_string"]
    if len(path) > MAX_PATH_CHARS or len(query) > MAX_QUERY_CHARS:
        return 414, f"地址太长:路径至多 {MAX_PATH_CHARS} 字符,查询参数至多 {MAX_QUERY_CHARS} 字符,请缩短。"
    if "\x00" in path or b"\x00" in unquote_to_bytes(query):
        return 400, "地址中含有空字符(%00):请删除后再试。"
    if any("\ud800" <= letter <= "\udfff" for letter in path):
        return 400, "地址不是合法的 UTF-8:请按 UTF-8 编码后再试。"
    return None
