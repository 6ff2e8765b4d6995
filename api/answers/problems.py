"""From an error to what the caller is told: one table, one sentence, RFC 9457. Nothing internal leaves the house.

`known(error)` names any expected error, of the database too, as a CityError; what it cannot name is ours to mend:
logged in full under an id, of which the caller learns only the id.
"""

import json
import logging
import re
import traceback
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import psycopg2
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers.wording import http_sentence, rule_sentence, validation_sentence
from layers.errors import (
    BadCrs,
    BadFile,
    BadGeometry,
    BadInput,
    CityError,
    Conflict,
    NotAllowed,
    NotFound,
    NotPossible,
    NotReady,
    NotSignedIn,
    TooLarge,
)

_log = logging.getLogger("huashan.problems")


class TooMany(CityError):
    """Raised when someone asks too often; says when to try again."""

    def __init__(self, sentence: str, wait_s: int) -> None:
        super().__init__(sentence)
        self.wait_s = wait_s


class Stale(CityError):
    """Raised when a change was made on a version that is no longer the newest."""


class Unconditional(CityError):
    """Raised when a change does not say which version it was made on."""


class Gone(CityError):
    """Raised when something was here and is no more, and nothing of it can be told."""


class NotHere(CityError):
    """Raised when something cannot be done at this address, whoever asks; says which methods it has."""

    def __init__(self, sentence: str, methods: Sequence[str]) -> None:
        super().__init__(sentence)
        self.methods = methods


class WrongMedia(CityError):
    """Raised when a body comes in a format that the method does not read; says which it reads."""

    def __init__(self, sentence: str, method: str, accepted: Sequence[str]) -> None:
        super().__init__(sentence)
        self.method, self.accepted = method, accepted


class Kind(NamedTuple):
    """How an error type is answered."""

    status: int
    id: str
    title: str


KINDS: dict[type[CityError], Kind] = {
    NotFound: Kind(404, "not-found", "没有找到"),
    BadInput: Kind(400, "bad-input", "输入有误"),
    BadGeometry: Kind(400, "bad-geometry", "图形有误"),
    BadCrs: Kind(400, "bad-crs", "坐标系有误"),
    BadFile: Kind(400, "bad-file", "文件有误"),
    TooLarge: Kind(413, "too-large", "超出上限"),
    Conflict: Kind(409, "conflict", "与现有数据冲突"),
    NotSignedIn: Kind(401, "not-signed-in", "需要登录"),
    NotAllowed: Kind(403, "not-allowed", "没有权限"),
    Gone: Kind(410, "gone", "已失效"),
    Stale: Kind(412, "stale", "已被他人修改"),
    Unconditional: Kind(428, "unconditional", "须说明所改的版本"),
    NotHere: Kind(405, "method-not-allowed", "方法不可用"),
    WrongMedia: Kind(415, "media-type", "格式不支持"),
    TooMany: Kind(429, "too-many", "请求过于频繁"),
    NotReady: Kind(503, "not-ready", "暂时无法应答"),
    NotPossible: Kind(503, "not-possible", "运行环境有问题"),
}
_HTTP_IDS = {400: "bad-input", 404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "media-type"}
_SECRET = ("/track/", "/sheets/")
_PARAMETER = re.compile(r"\{[^}]*\}")
_UNEXPECTED = Kind(500, "unexpected", "内部错误")


def kind_of(error: CityError) -> Kind:
    """The answer's kind: that of the nearest ancestor in the table.

    >>> kind_of(BadGeometry("…")).status
    400
    """
    return next((KINDS[each] for each in type(error).__mro__ if each in KINDS), _UNEXPECTED)


def known(error: Exception) -> CityError | None:
    """The error as one with a sentence for the person who caused it; None where it is a fault of ours."""
    if isinstance(error, CityError):
        return error
    if isinstance(error, PoolTimeout):
        return NotReady("同时访问的人太多,数据库连接已用完:请稍后再试。")
    if isinstance(error, DBAPIError) and isinstance(error.orig, psycopg2.Error):
        return _of_database(error.orig)
    return _of_database(error) if isinstance(error, psycopg2.Error) else None


@contextmanager
def told() -> Iterator[None]:
    """Raises the database's errors in the block as a CityError where they can be named: for the command line."""
    try:
        yield
    except Exception as error:
        named = known(error)
        if named is None or named is error:
            raise
        raise named from error


def _of_database(error: psycopg2.Error) -> CityError | None:
    code, said = error.pgcode or "", error.diag
    if said.source_function == "exec_stmt_raise" and code[:2] in ("P0", "23", "22"):
        # Raised by a function of ours, so the sentence is meant for people.
        return (Conflict if code in ("23505", "23P01") else BadInput)(said.message_primary or "")
    if code in ("23505", "23P01"):
        return Conflict(rule_sentence(said.table_name, said.constraint_name, said.column_name))
    if code.startswith("23"):
        return BadInput(rule_sentence(said.table_name, said.constraint_name, said.column_name))
    if code.startswith("22"):
        return BadInput("有数值或文字超出数据库能存储的范围:请检查数值大小与文字内容后再试。")
    if code == "57014":
        return NotReady("查询超过了时间上限:请缩小范围或减少条数后再试。")
    if code in ("55P03", "40001", "40P01"):
        return NotReady("数据正被他人修改:请稍后再试。")
    if code in ("42P01", "42883", "3F000"):
        return NotReady("数据库结构尚未就绪:请运行 huashan migrate 后再试。")
    if code[:2] in ("08", "53", "57") or (not code and isinstance(error, psycopg2.OperationalError)):
        return NotReady("暂时连不上数据库:请稍后再试;若持续如此,请运行 huashan doctor。")
    return None


def problem(
    kind: Kind,
    sentence: str,
    headers: dict[str, str] | None = None,
    instance: str | None = None,
    members: Mapping[str, object] | None = None,
) -> Response:
    """The problem document: type, title, status, detail (one sentence), instance (an id to ask about), members."""
    document = dict(members or {}) | {
        "type": f"urn:huashan:problem:{kind.id}",
        "title": kind.title,
        "status": kind.status,
        "detail": sentence,
        "instance": f"urn:uuid:{instance or uuid.uuid4()}",
    }
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(body, kind.status, {"Cache-Control": "no-store"} | (headers or {}), "application/problem+json")


async def answer(request: Request, error: Exception) -> Response:
    """The problem document for any error; logs what nobody foresaw."""
    if isinstance(error, RequestValidationError):
        return problem(KINDS[BadInput], validation_sentence(error.errors()))
    if isinstance(error, HTTPException) and not isinstance(error.__cause__, CityError):
        return _of_http(request, error)
    named = known(error.__cause__ if isinstance(error, HTTPException) else error)  # type: ignore[arg-type]
    if named is None:
        return unexpected(request.scope, error)
    kind = kind_of(named)
    if kind.status == 503:
        _log.warning("%s %s: %s", request.method, loggable(request.scope["path"]), error)
    return problem(kind, str(named), _headers(request, named), members=named.members)


def _of_http(request: Request, error: HTTPException) -> Response:
    if error.status_code >= 500:
        return unexpected(request.scope, error)
    status, headers = error.status_code, dict(error.headers or {})
    if status == 405:
        headers["Allow"] = allowed(request)
    kind = Kind(status, _HTTP_IDS.get(status, "refused"), {404: "没有找到", 405: "方法不可用"}.get(status, "输入有误"))
    return problem(kind, http_sentence(status, request.method, request.scope["path"], headers), headers)


def allowed(request: Request) -> str:
    """The methods of the address that a path is most closely an example of, for the header Allow.

    Of /patrols/lag those of /patrols/lag, although it could be a /patrols/{code}, too.
    """
    routes = [route for route in request.app.state.routes if route.path_regex.match(request.scope["path"])]
    closest = max((route.path for route in routes), key=_letters, default=None)
    methods = {method for route in routes if route.path == closest for method in route.methods}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _letters(template: str) -> int:
    """How much of an address is said outright, and not left to a parameter.

    >>> _letters("/patrols/lag") > _letters("/patrols/{code}")
    True
    """
    return len(_PARAMETER.sub("", template))


def _headers(request: Request, error: CityError) -> dict[str, str]:
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.wait_s)}
    if isinstance(error, NotReady):
        return {"Retry-After": "5"}
    if isinstance(error, NotHere):
        return {"Allow": ", ".join(error.methods)}
    if isinstance(error, WrongMedia):
        return {"Accept-Patch" if error.method == "PATCH" else "Accept-Post": ", ".join(error.accepted)}
    if isinstance(error, NotSignedIn):
        # A browser asked for Basic by a script's request opens a dialogue of its own over the map.
        by_page = {"referer", "sec-fetch-mode"} & set(request.headers.keys())
        return {"WWW-Authenticate": 'Bearer realm="huashan"' + ("" if by_page else ', Basic realm="huashan"')}
    return {}


def unexpected(scope: Scope, error: BaseException) -> Response:
    """The answer to a fault of ours: an id, under which the log tells all."""
    instance = str(uuid.uuid4())
    text = "".join(traceback.format_exception(error))
    _log.error("problem %s at %s %s\n%s", instance, scope["method"], loggable(scope["path"]), text)
    return problem(_UNEXPECTED, f"平台内部出错:请把编号 {instance} 告诉管理员。", instance=instance)


def loggable(path: str) -> str:
    """A path as it may stand in a log: a device's token or a crew's link, which are in their addresses, may not.

    >>> loggable("/track/huashan_dev_x"), loggable("/sheets/x.y/gpx"), loggable("/layers")
    ("'/track/…'", "'/sheets/…'", "'/layers'")
    """
    secret = next((start for start in _SECRET if path.startswith(start)), None)
    return f"'{secret}…'" if secret else ascii(path)


class CatchAll:
    """Answers what no handler foresaw, so that neither server nor client sees a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a problem document for whatever escapes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            response = unexpected(scope, error)
            if started:
                # Half an answer is out: breaking off is the only way left to say that it is not whole.
                raise
            await response(scope, receive, send)


HANDLED: tuple[type[Exception], ...] = (
    CityError,
    SQLAlchemyError,
    psycopg2.Error,
    RequestValidationError,
    HTTPException,
)
