"""The screen and its assets: files as they are, from two folders and nowhere else."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathParameter
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from api.access.rights import PUBLIC

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
FilePath = Annotated[str, PathParameter(max_length=500)]


@router.get("/")
async def index(request: Request) -> Response:
    """The desk: the map, and what is done at it."""
    return await served(SCREEN_FOLDER, "desk/index.html", request)


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
