"""The address of this server as its caller knows it, for links in answers."""

import re

from fastapi import Request

from layers.errors import BadInput

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]{1,253})(:\d{1,5})?", re.ASCII)


def base_address(request: Request, public_url: str | None) -> str:
    """HUASHAN_PUBLIC_URL, or else scheme and host of the request itself; raises BadInput for a malformed host."""
    if public_url:
        return public_url
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        raise BadInput("请求头 Host 缺失或格式不对:应为主机名,可带端口。")
    return f"{request.scope['scheme']}://{host}"
