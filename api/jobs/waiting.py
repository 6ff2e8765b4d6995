"""Jobs that are open: how many of one person and of all there may be, and having one stop."""

from typing import NamedTuple

from sqlalchemy import Connection

from api.answers.problems import TooMany
from api.jobs.kind import Kind

__all__ = ["Most", "cancel", "check_crowd"]

AGAIN_S = 30


class Most(NamedTuple):
    """How many may be open at once.  what: what they are called."""

    each: int
    every: int
    what: str


def check_crowd(connection: Connection, kind: Kind, person: str, most: Most) -> None:
    """Raises TooMany where this person, or all together, wait for too many; who asks next waits for this one."""
    waiting = kind.rows(connection, "waiting", person=person)[0]
    if waiting["own"] >= most.each:
        raise TooMany(f"您已有 {waiting['own']} 个{most.what}:请等其中一个完成,或取消它。", AGAIN_S)
    if waiting["every"] >= most.every:
        raise TooMany(f"{most.what}太多(已有 {waiting['every']} 个):请在 {AGAIN_S} 秒后再试。", AGAIN_S)


def cancel(connection: Connection, kind: Kind, number: int) -> str:
    """Ask a job that is open, and locked, to stop; its status then."""
    return str(kind.value(connection, "cancel", number=number))
