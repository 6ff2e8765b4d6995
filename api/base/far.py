"""Tiles from elsewhere: fetched by the server alone, from the host that is written down and from no other.

Nothing of the addresses is ever told: they may hold a token. What went wrong is told with the host's name alone.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2

from api.base.definition import Definition
from api.base.picture import Picture, picture_of
from layers.errors import BadFile, NotFound, NotPossible, NotReady

AT_ONCE = 6
"""Asked of one host side by side."""
CONNECT_S, READ_S, WHOLE_S = 5.0, 10.0, 20.0
MOST_TILE_BYTES = 2 * 2**20
MOST_DOCUMENT_BYTES = 16 * 2**20
REST_S = 15.0
"""A host that could not be reached is not asked again for so long: whoever waits for it gets an answer at once."""
_AGENT = "Mozilla/5.0 (compatible; Huashan city operations platform)"
_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,512}")
_REFUSALS = {
    401: "拒绝了请求(401):令牌无效,请检查 token_env 所指的环境变量",
    403: "拒绝了请求(403):令牌无效、已超限额,或不许服务器调用",
    418: "拒绝了请求(418):令牌无效、已超限额,或种类不对(应申请“服务器端”的)",
    429: "说请求太多(429):已超限额",
}


class Trouble(NamedTuple):
    """What went wrong with a host, and since when (seconds since 1970)."""

    words: str
    since_s: float


class Far:
    """The host of one base map."""

    def __init__(
        self, definition: Definition, environ: Mapping[str, str], clock: Callable[[], float] = time.time
    ) -> None:
        assert definition.written is not None
        written = definition.written
        self._written, self._clock = written, clock
        address = definition.urls[0] if definition.urls else written.capabilities or ""
        self.host = urlsplit(address).hostname or ""
        self._token = _token_in(environ, written.token_env)
        self._turn, self._round = threading.Lock(), 0
        self._rest_until_s = 0.0
        self.trouble: Trouble | None = None
        self._http = _client(written.user_agent, written.referer)

    def tile(self, template: str, level: str, column: int, row: int, rows: int) -> Picture | None:
        """One far tile, decoded to be sure; None where the host says that there is none. Raises NotReady."""
        places = {
            "z": level, "x": str(column), "y": str(row), "-y": str(rows - 1 - row),
            "TileMatrix": level, "TileCol": str(column), "TileRow": str(row),
        }  # fmt: skip
        body = self._asked(self._filled(template, places), MOST_TILE_BYTES)
        if body is None:
            return None
        try:
            picture = picture_of(body)
        except BadFile:
            raise self._failed(f"主机 {self.host} 给的不是图片:多半是令牌无效、已超限额,或网址不对") from None
        self.trouble = None
        return picture

    def document(self, address: str) -> bytes:
        """A document of the host. Raises NotReady, NotFound."""
        body = self._asked(self._filled(address, {}), MOST_DOCUMENT_BYTES)
        if body is None:
            raise NotFound(f"主机 {self.host} 没有这份服务说明(capabilities):请检查网址。")
        return body

    def blame(self, words: str) -> None:
        """Tell of it as of a host that has what is no use here; no full stop."""
        self._failed(words)

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _filled(self, template: str, places: Mapping[str, str]) -> str:
        with self._turn:
            self._round += 1
            turn = self._round
        names = self._written.subdomains
        known = {**places, "token": self._token, "s": names[turn % len(names)] if names else ""}
        return re.sub(r"\{([^{}]*)\}", lambda found: known.get(found[1], ""), template)

    def _asked(self, address: str, most_bytes: int) -> bytes | None:
        if self._clock() < self._rest_until_s and self.trouble:
            raise NotReady(f"{self.trouble.words}。")
        try:
            return self._answered(address, most_bytes, time.monotonic() + WHOLE_S)
        except httpx2.TimeoutException:
            raise self._failed(f"主机 {self.host} 没有按时应答", rests=True) from None
        except httpx2.ConnectError:
            raise self._failed(f"连不上主机 {self.host}", rests=True) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError, ValueError):
            raise self._failed(f"与主机 {self.host} 的连接中断") from None

    def _answered(self, address: str, most_bytes: int, until_s: float) -> bytes | None:
        with self._http.stream("GET", address) as answer:
            status = answer.status_code
            if status in (204, 404):
                return None
            if status in (301, 302, 303, 307, 308):
                there = urlsplit(answer.headers.get("location", "")).hostname or self.host
                raise self._failed(f"主机 {self.host} 要转到 {there[:100]}:不跟去别处,请把网址改成最终的")
            if status != 200:
                raise self._failed(f"主机 {self.host} " + _REFUSALS.get(status, f"应答 {status}"))
            body = bytearray()
            for part in answer.iter_bytes():
                body += part
                if len(body) > most_bytes:
                    raise self._failed(f"主机 {self.host} 的应答超过 {most_bytes // 2**20} MB")
                if time.monotonic() > until_s:
                    raise self._failed(f"主机 {self.host} 没有按时应答", rests=True)
            return bytes(body)

    def _failed(self, words: str, *, rests: bool = False) -> NotReady:
        now_s = self._clock()
        self.trouble = Trouble(words, self.trouble.since_s if self.trouble else now_s)
        if rests:
            self._rest_until_s = now_s + REST_S
        return NotReady(f"{words}。")


def _client(agent: str | None, referer: str | None) -> httpx2.Client:
    for name in ("httpx2", "httpcore2"):
        # These tell whole addresses, and a token would stand in the log.
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx2.Client(
        headers={"User-Agent": agent or _AGENT, "Accept": "image/*,*/*;q=0.5"}
        | ({"Referer": referer} if referer else {}),
        timeout=httpx2.Timeout(READ_S, connect=CONNECT_S, pool=WHOLE_S),
        limits=httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
        follow_redirects=False,
    )


def _token_in(environ: Mapping[str, str], name: str | None) -> str:
    """The token; raises NotPossible, which never shows it, where there is none or it can be none."""
    if name is None:
        return ""
    token = environ.get(name, "").strip()
    if not token:
        raise NotPossible(f"没有设置环境变量 {name}(此底图的令牌):请设好后重新启动平台。")
    if not _TOKEN.fullmatch(token):
        raise NotPossible(f"环境变量 {name} 的值不像令牌(只能有字母、数字与 . _ ~ -):请检查。")
    return token
