"""What nobody can tell: what was known before anything was on record, and what was seen in a period yet to begin."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from api.answers.times import said
from layers import query
from layers.errors import BadInput

__all__ = ["not_begun", "refuse_before_known"]


def not_begun(start: datetime | float | None, known_at: datetime | float | None = None) -> bool:
    """Whether a period begins only after what is known: its zeros are then no figures. Answers tell it as `future`.

    start: the period's, with its offset or in Unix seconds; None for an open one, which has begun. known_at: as of when
    it is told; None for now.

    >>> not_begun(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)), not_begun(None), not_begun(0.0)
    (True, False, False)
    """
    if start is None:
        return False
    return _unix_s(start) >= _unix_s(datetime.now(UTC) if known_at is None else known_at)


def refuse_before_known(connection: Connection, known_at: datetime | None, table: str, what: str) -> None:
    """Raises BadInput, with the earliest time there is, where a question is about before a table held anything.

    table: such as city.road, with its history beside it; one that never held anything refuses nothing. what: as people
    call it.
    """
    if known_at is None:
        return
    first = query.value(connection, "coverage/first_known", {"table": table, "history": f"{table}_history"})
    if first is not None and known_at < first:
        raise BadInput(
            f"参数 known_at 的值 {said(known_at)} 太早:{what}自 {said(first)} 起才有记录,"
            "请给其后的时间,或去掉 known_at。"
        )


def _unix_s(moment: datetime | float) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else moment
