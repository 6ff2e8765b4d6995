"""Who may do what. A route declares it, `reader: Annotated[Reader, require("dispatcher")]`, and so does each layer.

Without a token one reads only while the database holds nothing but the sample, or where HUASHAN_OPEN_READ=1 says so;
then never real land use, patrols nor observations. What a Host or a forwarding header says proves nothing and is not
asked.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from api.access.gate import Gate
from api.access.reader import Reader
from layers.catalogue import ROLES, Layer
from layers.errors import CityError, NotAllowed, NotSignedIn

_SIGN_IN = "请先登录,或在请求头 Authorization 中附上令牌。"
_KIOSK = "{name} 是大屏令牌,只可查看和确认告警:请用本人的令牌登录后再做。"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_ROLE_NAMES = {
    "viewer": "查看",
    "analyst": "分析",
    "patroller": "巡查",
    "dispatcher": "调度",
    "landuse": "用地",
    "admin": "管理",
}


class Open(IntEnum):
    """How far a route is open to those without a token."""

    NEVER = 0
    SAMPLE = 1
    """While the database holds nothing but the sample."""
    READ = 2
    """Also where HUASHAN_OPEN_READ=1."""
    ALWAYS = 3
    """To everyone: health, the screen, signing in."""


@dataclass(frozen=True)
class Requirement:
    """What a route declares: which roles it wants, how far it is open without a token, if screens may write by it."""

    roles: frozenset[str]
    open: Open
    kiosk: bool = False

    async def __call__(self, request: Request) -> Reader:
        """The reader, if this route is for them; raises NotSignedIn or NotAllowed."""
        gate: Gate = request.app.state.gate
        reader = gate.recall(request)
        if reader is None:
            reader = await run_in_threadpool(gate.look_up, request)
        self.check(reader, open_read=gate.open_read)
        if reader.kiosk and not self.kiosk and request.method not in _SAFE_METHODS:
            raise NotAllowed(_KIOSK.format(name=reader.name))
        if reader.by_cookie and request.method not in _SAFE_METHODS:
            check_origin(request, gate.public_url)
        return reader

    def check(self, reader: Reader, *, open_read: bool) -> None:
        """Whether this reader may use the route."""
        if self.open == Open.ALWAYS or (self.open >= Open.SAMPLE and reader.only_sample):
            return
        if not reader.signed_in:
            if not (self.open >= Open.READ and open_read):
                raise NotSignedIn(f"此处需要访问令牌:{_SIGN_IN}")
        elif not reader.roles & self.roles:
            raise refused(reader, self.roles)


def require(*roles: str, open: Open = Open.NEVER, kiosk: bool = False) -> Any:
    """A dependency for a route that only these roles (and admin) may use; no roles: anyone with a token.

    kiosk: a screen on a wall may write by it, too.
    """
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise ValueError(f"unknown roles {sorted(unknown)}")
    return Depends(Requirement(frozenset(roles or ROLES) | {"admin"}, open, kiosk))


def admits(declared: Any, reader: Reader, *, open_read: bool) -> bool:
    """Whether a route that declares this, `declared = require(...)`, lets a reader in."""
    try:
        declared.dependency.check(reader, open_read=open_read)
    except CityError:
        return False
    return True


class Public:
    """Declares a route that looks at nobody's token: it answers even when the database cannot."""

    async def __call__(self) -> None:
        """Let everyone in."""


PUBLIC = Depends(Public())


class ByDevice(Public):
    """Declares a route that the token of a device in its address opens, and nothing else: the route itself asks it."""

    open = Open.NEVER


BY_DEVICE = Depends(ByDevice())


class ByLink(Public):
    """Declares a route that the signed link in its address opens, and nothing else: the route itself reads it."""

    open = Open.NEVER


BY_LINK = Depends(ByLink())


def check_read(reader: Reader, layer: Layer) -> None:
    """Raises NotSignedIn or NotAllowed unless the reader may see the layer."""
    if not reader.may_read(layer):
        if not reader.signed_in:
            raise NotSignedIn(f"图层“{layer.title.zh}”需要访问令牌才能查看:{_SIGN_IN}")
        raise refused(reader, layer.read)


def check_write(reader: Reader, layer: Layer) -> None:
    """Raises NotSignedIn or NotAllowed unless the reader may change the layer."""
    if not reader.may_write(layer):
        if not reader.signed_in:
            raise NotSignedIn(f"修改图层“{layer.title.zh}”需要访问令牌:{_SIGN_IN}")
        if reader.kiosk:
            raise NotAllowed(_KIOSK.format(name=reader.name))
        raise refused(reader, layer.write)


def refused(reader: Reader, roles: frozenset[str]) -> NotAllowed:
    """The error for a reader whose roles are none of those wanted."""
    wanted, held = (_named(names) for names in (roles, reader.roles))
    return NotAllowed(f"{reader.name} 的角色({held})不可这样做:需要 {wanted} 之一,请联系管理员。")


def check_origin(request: Request, public_url: str | None) -> None:
    """Raises NotAllowed where a page of another site makes a browser write with its session's cookie."""
    origin = request.headers.get("origin")
    own = {origin_of(public_url)} if public_url else set()
    own.add(f"{request.scope['scheme']}://{request.headers.get('host', '')}".lower())
    if (origin or "").lower() not in own:
        raise NotAllowed(
            f"来源 {(origin or '(无)')[:120]!r} 不是本平台:请在平台页面内操作;"
            "平台在代理之后时,请设置 HUASHAN_PUBLIC_URL。"
        )


def origin_of(url: str) -> str:
    """Scheme and host of an address, as browsers send it in Origin.

    >>> origin_of("https://City.example.cn:443/map")
    'https://city.example.cn'
    """
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port and parts.port != usual else "")


def _named(roles: frozenset[str]) -> str:
    return "、".join(_ROLE_NAMES[role] for role in ROLES if role in roles) or "无"
