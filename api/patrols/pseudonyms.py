"""What those who may not see persons are told instead of names: of crews and devices a random one for each month, of a
patrol its number where its code might name somebody.

A code that the platform made up is the day and random digits, or those of the file's digest: it names nobody. One that
somebody gave may hold anything, and often begins with the crew's code.
"""

import re

from sqlalchemy import Connection

from api.database import Database, Operator
from api.tracks.moments import Period, ends_of
from layers import query

__all__ = ["code_told", "find_code", "make_names"]

_SERVER = Operator("huashan")
_MADE_UP = re.compile(r"\d{8}-[0-9a-f]{10}-\d{1,9}")
_NUMBER = re.compile(r"patrol-([1-9]\d{0,17})")


def make_names(database: Database, asked: Period = (None, None), patrol_id: int | None = None) -> None:
    """See to it that crews and devices of the patrols of a period, or of one alone, have names in their months.

    In a transaction of its own, which holds nothing else: names wait while patrols are erased.
    """
    start, end = ends_of(asked)
    with database.transaction(_SERVER, write=True) as connection:
        query.execute(connection, "patrol/pseudonym_make", None, start=start, end=end, patrol_id=patrol_id)


def code_told(code: str, patrol_id: int) -> str:
    """What a patrol is called to those who may not see persons.

    >>> code_told("20260601-0a1b2c3d4e-1", 7), code_told("甲组-001", 7)
    ('20260601-0a1b2c3d4e-1', 'patrol-7')
    """
    return code if _MADE_UP.fullmatch(code) else f"patrol-{patrol_id}"


def find_code(connection: Connection, told: str) -> str | None:
    """The code of the patrol that is called so; None for none, and for what is not told: no guess is confirmed."""
    number = _NUMBER.fullmatch(told)
    if not number:
        return told if _MADE_UP.fullmatch(told) else None
    code: str | None = query.value(connection, "patrol/patrol_code_of", None, patrol_id=int(number[1]))
    return code
