"""Taking note of an alarm, by name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import Connection

from api.access.reader import Reader
from api.alarms.standing import Asker, standing
from api.answers.bodies import Body
from api.answers.times import said
from layers import query
from layers.errors import BadInput, Conflict, NotFound

__all__ = ["NoteBody", "note"]


class NoteBody(Body):
    """Who takes note, and what they have to say."""

    name: str | None = Field(None, max_length=100, description="确认人姓名:在大屏上必填,以本人令牌登录时不必填")
    remark: str | None = Field(None, max_length=500, description="备注")


def note(connection: Connection, asker: Asker, alarm_id: str, body: NoteBody, now: datetime) -> dict[str, Any]:
    """Take note of an alarm that stands; answers the alarm as it is told then.

    Raises NotFound where it does not stand any more, Conflict where somebody took note of it already.
    """
    by = noted_by(asker.reader, body.name)
    query.execute(connection, "alarm/turn")
    found = standing(connection, asker, None, now)
    alarm, held = next(((one, held) for one, held in found.alarms if one.id == alarm_id), (None, None))
    if alarm is None:
        raise NotFound(f"告警 {alarm_id[:40]!r} 已解除或不存在:请刷新后再看。")
    if held is not None:
        raise Conflict(f"此告警已由 {held['noted_by']} 于 {said(held['made_at'], asker.zone)} 确认,不必再次确认。")
    rows = query.rows(
        connection,
        "alarm/note_insert",
        None,
        rule_code=alarm.rule["code"],
        layer=alarm.layer,
        code=alarm.code,
        since=alarm.since,
        noted_by=by,
        remark=(body.remark or "").strip() or None,
    )
    return {"alarm": alarm, "note": dict(_first(rows))}


def noted_by(reader: Reader, name: str | None) -> str:
    """In whose name an alarm is taken note of: the reader's own; on a screen, which is nobody, as it is given.

    >>> noted_by(Reader("李四", "", frozenset({"dispatcher"}), True), None)
    '李四'
    >>> noted_by(Reader("大屏", "", frozenset({"dispatcher"}), True, kiosk=True), " 王五 ")
    '王五'
    """
    given = " ".join((name or "").split())
    if not reader.kiosk:
        if given and given != reader.name:
            raise BadInput(f"姓名 {given!r} 不是您:您以 {reader.name} 的令牌登录,只能以本人的名义确认。")
        return reader.name
    if not given:
        raise BadInput("大屏不是人:请填写确认人姓名 name。")
    if given == reader.name:
        raise BadInput(f"姓名 {given!r} 是大屏的名称:请填写确认人本人的姓名。")
    return given


def _first(rows: Any) -> Mapping[Any, Any]:
    found: Mapping[Any, Any] = rows[0]
    return found
