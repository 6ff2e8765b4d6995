"""A browser's session: its token is exchanged once for a cookie that scripts cannot read."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.access.gate import Gate, digest, stranger
from api.access.reader import SESSION_COOKIE, Reader
from api.access.rights import PUBLIC, Open, check_origin, require
from layers import query
from layers.errors import NotSignedIn

router = APIRouter(tags=["登录"])
SESSION_S = 7 * 24 * 3600


class SignIn(BaseModel):
    """What a person signs in with."""

    token: str = Field(min_length=1, max_length=512, description="访问令牌")


@router.post("/session", summary="登录", dependencies=[PUBLIC])
def sign_in(sign_in: SignIn, request: Request) -> JSONResponse:
    """Exchange a token for a session cookie; answers who the token belongs to."""
    gate: Gate = request.app.state.gate
    if "origin" in request.headers:
        check_origin(request, gate.public_url)
    person = gate.person(sign_in.token.strip(), request)
    secret = secrets.token_urlsafe(32)
    with gate.database.transaction(person, write=True) as connection:
        seconds = query.value(
            connection,
            "deployment/session_open",
            sha256=digest(secret),
            token_id=person.token_id,
            seconds=SESSION_S,
        )
    if seconds is None:
        raise NotSignedIn("令牌刚刚到期或被吊销:请管理员重新签发。")
    response = JSONResponse(described(person))
    _set_cookie(response, secret, seconds, secure=gate.settings.secure)
    return response


@router.get("/session", summary="当前身份")
def session(reader: Annotated[Reader, require(open=Open.ALWAYS)]) -> dict[str, Any]:
    """Who is asking, with which roles, and whether by token or not at all."""
    return described(reader)


@router.delete("/session", summary="退出", status_code=204, dependencies=[PUBLIC])
def sign_out(request: Request) -> Response:
    """End the session and take its cookie away; also fine where there is none."""
    gate: Gate = request.app.state.gate
    secret = request.cookies.get(SESSION_COOKIE)
    if secret:
        check_origin(request, gate.public_url)
        with gate.database.transaction(stranger(""), write=True) as connection:
            query.execute(connection, "deployment/session_close", sha256=digest(secret))
    response = Response(status_code=204)
    _set_cookie(response, "", 0, secure=gate.settings.secure)
    return response


def described(reader: Reader) -> dict[str, Any]:
    """A reader as answers show one."""
    return {
        "name": reader.name,
        "post": reader.post,
        "roles": sorted(reader.roles),
        "signed_in": reader.signed_in,
        "kiosk": reader.kiosk,
    }


def _set_cookie(response: Response, secret: str, seconds: int, *, secure: bool) -> None:
    response.set_cookie(
        SESSION_COOKIE, secret, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict"
    )
