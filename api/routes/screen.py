"""The screen and its assets: files as they are, from two folders and nowhere else; and which pages there are."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from api.access.reader import Reader
from api.access.rights import PUBLIC, Open, require
from layers.catalogue import ROLES

SCREEN_FOLDER = Path(__file__).parent.parent / "screen"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".pbf": "application/x-protobuf",
    ".txt": "text/plain; charset=utf-8",
    ".map": "application/json",
}
"""What may be served, and as what: the machine's own table of types differs from machine to machine."""
_REVALIDATE = "public, no-cache"
router = APIRouter(include_in_schema=False, dependencies=[PUBLIC])
listed = APIRouter(tags=["图层"])
FilePath = Annotated[str, PathParameter(max_length=500)]


@dataclass(frozen=True)
class Page:
    """A page of the screen: a folder with its index.html, and a page.json that says its title and who is offered it."""

    id: str
    path: str
    title: dict[str, str]
    order: int
    roles: frozenset[str]
    """Who is offered it; its data are guarded by their own routes."""
    offered: bool = True
    """Whether it stands among the pages at all: one that a link opens does not."""

    def offered_to(self, reader: Reader) -> bool:
        """Whether this reader finds it among the pages."""
        return self.offered and (reader.only_sample or bool(reader.roles & self.roles))


def read_pages(folder: Path = SCREEN_FOLDER) -> list[Page]:
    """Every page, in the order in which they are offered."""
    found = [_page(file.parent.name, json.loads(file.read_text("utf-8"))) for file in folder.glob("*/page.json")]
    return sorted(found, key=lambda page: (page.order, page.id))


def _page(name: str, said: dict[str, Any]) -> Page:
    roles = frozenset(said.get("roles", ROLES)) | {"admin"}
    return Page(name, said.get("path", f"/{name}"), said["title"], said["order"], roles, said.get("offered", True))


def page_routes(pages: list[Page]) -> APIRouter:
    """A route for each page; the page itself is open to everyone: what it shows is not."""
    routes = APIRouter(include_in_schema=False, dependencies=[PUBLIC])
    for page in pages:
        # Whoever passes an address on may add to it: WeChat writes `?from=singlemessage` into those of its users.
        routes.add_api_route(
            page.path, _document(page), methods=["GET"], openapi_extra={"x-any-query": not page.offered}
        )
    return routes


def _document(page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def document(request: Request) -> Response:
        return await served(SCREEN_FOLDER, f"{page.id}/index.html", request)

    return document


@listed.get("/pages", summary="可打开的页面")
def pages(request: Request, reader: Annotated[Reader, require(*ROLES, open=Open.READ)]) -> JSONResponse:
    """The pages that this reader may open, in their order."""
    offered: list[Page] = [page for page in request.app.state.pages if page.offered_to(reader)]
    return JSONResponse({"pages": [{"id": page.id, "path": page.path, "title": page.title} for page in offered]})


@router.get("/screen/{path:path}")
async def screen_file(path: FilePath, request: Request) -> Response:
    """One file of the screen."""
    return await served(SCREEN_FOLDER, path, request)


@router.get("/assets/{path:path}")
async def asset(path: FilePath, request: Request) -> Response:
    """One file of the pinned front-end packages."""
    return await served(request.app.state.gate.settings.assets, path, request)


async def served(folder: Path, path: str, request: Request) -> Response:
    """A file below `folder`, asked again for at each use so that an update is seen at once; 404 for all else."""
    media_type = TYPES.get(Path(path).suffix.lower())
    parts = path.split("/")
    if media_type is None or not folder.is_dir() or any(part.startswith(".") or not part for part in parts):
        raise HTTPException(404)
    response = await StaticFiles(directory=folder).get_response(path, request.scope)
    response.headers["Cache-Control"] = _REVALIDATE
    if response.status_code == 200:
        response.headers["Content-Type"] = media_type
    return response
