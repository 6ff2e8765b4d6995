"""Issuing, listing and revoking access tokens. A token is shown once, when it is made; only its digest is stored."""

import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import RowMapping

from api.access.gate import digest
from layers import query
from layers.catalogue import ROLES
from layers.errors import BadInput, NotFound

LONGEST_DAYS = 3660
_PREFIX = "huashan_"
"""So that a token found in a file or a log is known for what it is."""


def new(
    connection: Connection,
    person: str,
    post: str | None,
    roles: Sequence[str],
    days: int | None,
    *,
    kiosk: bool = False,
) -> str:
    """A token for a named person and post, good for `days` days (None: without end); the only time that it is seen.

    kiosk: for a screen on a wall, which is nobody: it reads as the roles do, and takes note of alarms, no more.
    """
    if not person.strip() or len(person) > 100:
        raise BadInput(f"持有人 {person[:80]!r} 不对:请给出姓名,至多 100 字。")
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        raise BadInput(f"角色 {'、'.join(unknown) or '(无)'!r} 不对:应为 {'、'.join(ROLES)} 中的一个或几个。")
    if kiosk and "admin" in roles:
        raise BadInput("大屏令牌不能有管理员角色:屏前是谁不得而知,请给 dispatcher 或 viewer。")
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise BadInput(f"有效天数 {days} 不对:应为 1 到 {LONGEST_DAYS} 的整数。")
    token = _made()
    query.execute(
        connection,
        "deployment/token_new",
        sha256=digest(token),
        person=person.strip(),
        post=post or None,
        roles=list(dict.fromkeys(roles)),
        days=days,
        kiosk=kiosk,
    )
    return token


def listed(connection: Connection) -> Sequence[RowMapping]:
    """Every token ever issued, newest first: number, person, post, roles, times, and state valid|expired|revoked."""
    return query.rows(connection, "deployment/token_list")


def revoke(connection: Connection, token_id: int) -> str:
    """Revoke a token and end its sessions; answers whose it was. Servers refuse it within a second."""
    person = query.value(connection, "deployment/token_revoke", token_id=token_id)
    if person is None:
        raise NotFound(f"没有可吊销的令牌 {token_id}:请用 huashan token list 查看编号。")
    return str(person)


def first_token(engine: Engine) -> str | None:
    """An administrator's token if none was ever issued, else None: the first start prints it once."""
    token = _made()
    with engine.begin() as connection:
        query.execute(connection, "deployment/token_lock")
        made = query.value(connection, "deployment/token_first", sha256=digest(token), person="管理员", post="首次启动")
    return token if made is not None else None


def _made() -> str:
    return _PREFIX + secrets.token_urlsafe(32)
