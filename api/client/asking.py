"""Asking a platform: again where it is busy, never twice for what writes, and its refusals as errors that say why."""

import tempfile
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import IO, Any, NamedTuple, TypeVar

import httpx2

from api.client.progress import shown
from layers.errors import BadInput, CityError, Conflict, NotAllowed, NotFound, NotReady, NotSignedIn, TooLarge

__all__ = ["File", "Wire"]

T = TypeVar("T")
_TRIES = 5
_LONGEST_WAIT_S = 60.0
_BUSY = {429, 502, 503, 504}
_IN_MEMORY_BYTES = 32 * 2**20
_KINDS: Mapping[int, type[CityError]] = {
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    412: Conflict,
    413: TooLarge,
} | dict.fromkeys(_BUSY, NotReady)
_REMEDIES = {
    401: "用 Platform(url, token) 给出令牌;没有令牌,请管理员用 huashan token new 签发。",
    403: "请换用有此权限的令牌,或请管理员增加角色。",
}


class File(NamedTuple):
    """An answer's body, open from its beginning, and its headers. Close it when done."""

    body: IO[bytes]
    headers: httpx2.Headers


class _Again(Exception):
    """A try that is worth another: after so many seconds, or, where none are left, the error."""

    def __init__(self, wait_s: float | None, error: CityError) -> None:
        super().__init__(str(error))
        self.wait_s, self.error = wait_s, error


class Wire:
    """A way to ask one platform. wait: what waits so many seconds.

    What only reads is asked up to five times where the platform is busy (429, 502, 503, 504) or the connection breaks,
    after as long as it says in Retry-After, up to a minute; anything else once.
    """

    def __init__(self, http: httpx2.Client, *, wait: Callable[[float], None] = time.sleep) -> None:
        self._http, self._wait = http, wait

    @property
    def url(self) -> str:
        """The address of the platform."""
        return str(self._http.base_url).rstrip("/")

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """The JSON object that a path answers."""
        return self._again(lambda: _object(path, self._whole(path, query)))

    def text(self, path: str) -> str:
        """The text that a path answers."""
        return self._again(lambda: self._whole(path, {}).text)

    def file(self, path: str, **query: Any) -> File:
        """The file that a path answers: in memory, or on the disk where it is large."""
        return self._again(lambda: self._spooled(path, query))

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """The JSON object that a path answers to a body; asked once, whatever comes."""
        try:
            return _object(path, self._sent(path, "POST", content=body, headers=dict(headers)))
        except _Again as again:
            raise again.error from again

    def _again(self, ask: Callable[[], T]) -> T:
        for tried in range(1, _TRIES + 1):
            try:
                return ask()
            except _Again as again:
                wait_s = 0.5 * 2**tried if again.wait_s is None else again.wait_s
                if tried == _TRIES or wait_s > _LONGEST_WAIT_S:
                    raise again.error from again
                self._wait(wait_s)
        raise AssertionError("the last try either answers or raises")

    def _whole(self, path: str, query: Mapping[str, Any]) -> httpx2.Response:
        return self._sent(path, "GET", params=dict(query))

    def _spooled(self, path: str, query: Mapping[str, Any]) -> File:
        spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - the caller's
        try:
            with shown(path) as progress:
                answer = self._sent(path, "GET", into=progress.writing(spool), params=dict(query))
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return File(spool, answer.headers)

    def _sent(
        self, path: str, method: str, *, into: Callable[[httpx2.Response], None] | None = None, **asked: Any
    ) -> httpx2.Response:
        if self._http.is_closed:
            raise NotReady("这个 Platform 已经关闭:请重新建立一个,或把问题写在 with 里面。")
        try:
            answer = self._http.send(self._http.build_request(method, path, **asked), stream=True)
            try:
                if into and answer.is_success:
                    into(answer)
                else:
                    answer.read()
            finally:
                answer.close()
        except httpx2.TransportError as error:
            raise self._broken(error) from error
        if not answer.is_success:
            raise _refusal(path, answer)
        return answer

    def _broken(self, error: httpx2.TransportError) -> Exception:
        where = self._http.base_url
        if isinstance(error, httpx2.TimeoutException):
            return NotReady(f"平台 {where} 没有及时答复:请缩小范围或时段,或在 Platform(…, timeout_s=…) 中放宽。")
        told = NotReady(f"连不上平台 {where}:请核对地址,确认平台正在运行、网络可达({error})。")
        return told if isinstance(error, httpx2.ConnectError) else _Again(None, told)


def _object(path: str, answer: httpx2.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise NotFound(f"{path} 的答复不是平台的答复:请核对地址,是否指向了别的网站或代理。")
    return body


def _refusal(path: str, answer: httpx2.Response) -> Exception:
    status = answer.status_code
    if answer.is_redirect:
        return BadInput(f"平台把 {path} 转到 {answer.headers.get('Location')}:请用那里的地址建立 Platform。")
    kind = _KINDS.get(status, BadInput if status < 500 else NotReady)
    error = kind(f"{path} 答复 {status}:{_detail(answer)}{_REMEDIES.get(status, '')}")
    return _Again(_wait_s(answer), error) if status in _BUSY else error


def _detail(answer: httpx2.Response) -> str:
    if answer.headers.get("Content-Type", "").startswith("application/problem"):
        return str(answer.json().get("detail"))
    return f"{answer.reason_phrase}。请核对地址是否为平台,以及平台的版本。"


def _wait_s(answer: httpx2.Response) -> float | None:
    """How long the answer says to wait, by seconds or by a date; None where it does not."""
    told = answer.headers.get("Retry-After", "")
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except ValueError:
        return None
