"""Whether what a row of crews or devices names is there: a crew its post, a device its crew."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from layers import query

__all__ = ["NAMES", "faults"]

NAMES = {
    "crew": ("post_code", "city.post", "没有责任岗位 {code!r}:请先用 huashan import post 导入岗位,或改正 post_code"),
    "device": ("crew_code", "city.crew", "没有巡查组 {code!r}:请先用 huashan import crew 导入巡查组,或改正 crew_code"),
}
"""By table: the field that names something, the table where that is, and what to say where it is not."""


def faults(connection: Connection, table_id: str, codes: Sequence[str | None], day: date) -> list[str | None]:
    """What is wrong with each of some rows, in one sentence, or None; a row that names nothing is not wrong.

    codes: what each names. day: it must be there then or later.
    """
    _field, table, sentence = NAMES[table_id]
    named = sorted({code for code in codes if code})
    rows = query.rows(connection, "duty/codes_there", {"table": table}, codes=named, day=day) if named else []
    there = {row["code"] for row in rows}
    return [sentence.format(code=code[:80]) if code and code not in there else None for code in codes]
