"""Posts that are asked about by code: that one never was must not read as one that owes or did nothing."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from layers import query
from layers.errors import NotFound

__all__ = ["check_posts", "post_names"]


def check_posts(connection: Connection, codes: Sequence[str]) -> None:
    """Raises NotFound for the first of these codes that never was a post's; one that was is fine, and so is none."""
    if not codes:
        return
    there = {row["code"] for row in query.rows(connection, "post/post_known", None, codes=list(codes), day=date.min)}
    for code in codes:
        if code not in there:
            raise NotFound(f"没有编码为 {code[:80]!r} 的责任岗位:可用的见 /posts。")


def post_names(connection: Connection, day: date) -> dict[str, str]:
    """What the posts of a day are called, by code: those that have a name."""
    return {row["code"]: row["name"] for row in query.rows(connection, "post/post_names", day=day) if row["name"]}
