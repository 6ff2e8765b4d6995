"""Addresses: of this server as its caller knows it, for links in answers; and which codes can be part of one."""

import re
from collections.abc import Sequence

from fastapi import Request

from layers.errors import BadInput

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]{1,253})(:\d{1,5})?", re.ASCII)
_DOTS = (".", "..")
"""What browsers and proxies take for this folder and the one above."""


def base_address(request: Request, public_url: str | None) -> str:
    """HUASHAN_PUBLIC_URL, or else scheme and host of the request itself; raises BadInput for a malformed host."""
    if public_url:
        return public_url
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        raise BadInput("请求头 Host 缺失或格式不对:应为主机名,可带端口。")
    return f"{request.scope['scheme']}://{host}"


def unaddressable(code: str, taken: Sequence[str] = ()) -> str | None:
    """Why no address could end in a code, so that what has it could not be read; no full stop. None where one can.

    taken: codes under which another route answers.

    >>> unaddressable("GZ-1/2")
    "编码 'GZ-1/2' 无法用作网址的一段:请换一个,不含斜线,也不是 . 或 .."
    >>> unaddressable("GZ-1", ["lag"])
    """
    if "/" not in code and code not in (*_DOTS, *taken):
        return None
    return f"编码 {code[:80]!r} 无法用作网址的一段:请换一个,不含斜线,也不是 {'、'.join([*taken, ' 或 '.join(_DOTS)])}"
