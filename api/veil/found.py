"""One patrol by the code that a reader knows it by, where it is theirs to see."""

from contextlib import suppress
from typing import Any

from sqlalchemy import Connection

from api.access.reader import Reader
from api.patrols.pseudonyms import find_code
from api.veil.listed import sees_persons
from api.veil.whose import is_own, only_own
from layers import query
from layers.errors import NotFound

__all__ = ["found_for", "may_see"]


def found_for(connection: Connection, code: str, reader: Reader) -> dict[str, Any]:
    """The patrol that is called so to the reader; raises NotFound, alike for one they may not see."""
    known = code if sees_persons(reader) else find_code(connection, code)
    found = query.rows(connection, "patrol/patrol_one", None, code=known) if known else []
    if not found or (only_own(reader) and not is_own(found[0], reader)):
        raise NotFound(f"没有编码为 {code[:80]!r} 的巡查:可用的见 /patrols。")
    return dict(found[0])


def may_see(connection: Connection, code: str | None, reader: Reader) -> bool:
    """Whether there is a patrol of this code that the reader may see."""
    with suppress(NotFound):
        return code is not None and bool(found_for(connection, code, reader))
    return False
