"""The interface's own description: /openapi.json, and /docs to read it without internet."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from api.access.rights import PUBLIC
from api.routes.screen import FilePath, served

router = APIRouter(include_in_schema=False, dependencies=[PUBLIC])
DOCS_FOLDER = Path(__file__).parent.parent / "docs_page"
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "一句话:哪个值不对,怎么改"},
        "instance": {"type": "string", "format": "uri", "description": "编号,询问管理员时请提供"},
    },
}
_FAILED = {
    "description": "出错:RFC 9457 问题文档",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Authorization: Bearer 令牌"},
    "basic": {"type": "http", "scheme": "basic", "description": "任意用户名,令牌作口令(QGIS、ArcGIS、Excel)"},
}


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The page."""
    return await served(DOCS_FOLDER, "docs.html", request)


@router.get("/docs/{path:path}")
async def docs_file(path: FilePath, request: Request) -> Response:
    """What the page consists of."""
    return await served(DOCS_FOLDER, path, request)


@router.get("/openapi.json")
def openapi(request: Request) -> JSONResponse:
    """The description of every route, for programs."""
    return JSONResponse(description_of(request.app), headers={"Cache-Control": "public, no-cache"})


def description_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: what FastAPI knows, with our problem documents for its own errors, and how to sign in."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
        )
        document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
        document["components"]["securitySchemes"] = _SECURITY
        document["security"] = [{}, *({name: []} for name in _SECURITY)]
        for operations in document["paths"].values():
            for operation in operations.values():
                operation["responses"].pop("422", None)
                operation["responses"]["default"] = _FAILED
        for unused in ("HTTPValidationError", "ValidationError"):
            document["components"]["schemas"].pop(unused, None)
        app.openapi_schema = document
    return app.openapi_schema
