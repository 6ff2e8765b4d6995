"""Patrols in a list, as one reader is told them."""

from collections.abc import Hashable, Sequence

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.reader import Reader
from api.access.rights import Open, require
from api.tracks.moments import Period, ends_of
from api.veil.whose import only_own, sees_all
from layers import query

__all__ = ["SEES_PATROLS", "patrol_rows", "sees_persons", "told_alike"]

SEES_PATROLS = require("dispatcher", "patroller", "analyst", open=Open.SAMPLE)


def sees_persons(reader: Reader) -> bool:
    """Whether someone is told patrols plainly: all, or the own alone; others are told them behind a veil."""
    return sees_all(reader) or only_own(reader)


def patrol_rows(
    connection: Connection, reader: Reader, asked: Period, row_limit: int, *, numbers: Sequence[int] | None = None
) -> Sequence[RowMapping]:
    """Patrols that started in a period, the newest first; of a patroller who is nothing more, the own.

    numbers: only these; None for all.
    """
    own = only_own(reader)
    start, end = ends_of(asked)
    return query.rows(
        connection,
        "patrol/patrol_list",
        None,
        start=start,
        end=end,
        person=reader.name if own else None,
        post=reader.post if own else None,
        numbers=None if numbers is None else list(numbers),
        row_limit=row_limit,
    )


def told_alike(reader: Reader) -> Hashable:
    """What two readers have in common who see persons, and are told the same patrols."""
    return (reader.name, reader.post) if only_own(reader) else None
