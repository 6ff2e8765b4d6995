"""What refers to a feature by its code, and would point to nothing without it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from layers import query
from layers.catalogue import Layer
from layers.errors import Conflict

__all__ = ["check_unreferred"]

_SHOWN = 5


def check_unreferred(connection: Connection, layer: Layer, code: str, doing: str) -> None:
    """Raises Conflict, which names what refers to a feature, where anything does.

    doing: what that stands in the way of, such as '删除'.  A layer says in `<id>_referred.sql` what refers to it.
    """
    rows = list(query.rows(connection, "duty/duty_referred", None, layer=layer.id, code=code))
    if (layer.folder / "queries" / f"{layer.id}_referred.sql").exists():
        rows += query.rows(connection, f"{layer.folder.name}/{layer.id}_referred", None, code=code)
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["what"], []).append(row["code"])
    if found:
        told = ";".join(f"{what} {_listed(codes)}" for what, codes in found.items())
        raise Conflict(f"{layer.title.zh} {code!r} 还被引用,不能{doing}:{told}。请先改掉或终止它们。")


def _listed(codes: Sequence[str]) -> str:
    more = f" 等 {len(codes):,} 个" if len(codes) > _SHOWN else ""
    return "、".join(codes[:_SHOWN]) + more
