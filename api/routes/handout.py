"""The Python client: how to install it, and the wheel itself. Open to everyone: pip sends no token."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader

from api.access.rights import PUBLIC
from api.answers.addresses import base_address
from api.handout.wheel import Wheels
from layers.errors import NotFound

router = APIRouter(tags=["接入"], dependencies=[PUBLIC])
_TEMPLATES = Path(__file__).parent.parent / "handout"
_REVALIDATE = {"Cache-Control": "public, no-cache"}


@router.get("/client", summary="Python 客户端:版本与安装方法")
def client(request: Request) -> Response:
    """The version of the client, its file and the command that installs it; for people as a page, by `Accept`."""
    base = base_address(request, request.app.state.gate.public_url)
    name = _wheels(request).wheel().name
    href = f"{base}/client/{name}"
    told = {
        "name": "huashan",
        "version": name.split("-")[1],
        "wheel": href,
        "install": f"pip install {href}",
        "project": f"{base}/qgis/huashan.qgs",
        "features": f"{base}/ogc",
        "url": base,
    }
    told_as = {"Vary": "Accept", **_REVALIDATE}
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(told, headers=told_as)
    pages = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)
    return HTMLResponse(pages.get_template("page.html").render(told), headers=told_as)


@router.get("/client/{name}", summary="Python 客户端的 wheel 文件", response_class=Response)
def wheel(name: Annotated[str, PathParameter(max_length=200)], request: Request) -> Response:
    """The wheel, under the very name by which pip knows its version."""
    found = _wheels(request).wheel()
    if name != found.name:
        raise NotFound(f"没有文件 {name[:80]!r}:现在的是 {found.name},见 /client。")
    return Response(found.content, media_type="application/zip", headers=_REVALIDATE)


def _wheels(request: Request) -> Wheels:
    wheels: Wheels = request.app.state.wheels
    return wheels
