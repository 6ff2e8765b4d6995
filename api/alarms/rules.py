"""The rules by which alarms are raised: which there are, and a rule that is another from now on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.reader import Reader, sees_persons
from api.answers.bodies import Body
from api.answers.times import said
from api.duties.layers import check_layer
from api.duties.posts import check_posts
from layers import query
from layers.catalogue import Catalogue
from layers.errors import BadInput, Conflict, NotFound

__all__ = ["RuleBody", "put_rule", "read_rules", "rule_told", "rule_versions"]

_UNTOLD = ("id", "known_to")
_PERSON = "made_by"
MOST_MINUTES = 10 * 366 * 1440
"""Of lateness or silence: beyond some millennia no clock of the database goes, and every answer would fail."""


class RuleBody(Body):
    """A rule as it is to be from now on."""

    name: str = Field(min_length=1, max_length=50, description="中文名称")
    name_en: str = Field(min_length=1, max_length=80, description="英文名称")
    kind: Literal["observation_late", "crew_silent", "debt_over"] = Field(
        description="observation_late 发现逾期、crew_silent 巡查组失联、debt_over 欠巡超限"
    )
    layer: str | None = Field(None, min_length=1, max_length=200, description="哪个图层的欠巡,如 bank;只用于欠巡超限")
    post_code: str | None = Field(None, min_length=1, max_length=200, description="哪个岗位的欠巡;只用于欠巡超限")
    threshold: float = Field(
        ge=0, le=1e12, allow_inf_nan=False, description="阈值:逾期、失联为分钟,欠巡为米·天(整体对象为处·天)"
    )
    grade: Literal["general", "major", "urgent"] = Field("general", description="general 一般、major 较重、urgent 紧急")
    enabled: bool = Field(True, description="是否启用")


def read_rules(connection: Connection, at: datetime | None = None, code: str | None = None) -> list[RowMapping]:
    """The rules that stood at an instant (None: now), by code; one of them where a code is given."""
    return list(query.rows(connection, "alarm/rules", None, at=at, code=code))


def rule_versions(connection: Connection, code: str) -> list[RowMapping]:
    """Every version of a rule, the oldest first. Raises NotFound for a code that no rule has."""
    found = list(query.rows(connection, "alarm/rule_versions", None, code=code))
    if not found:
        raise NotFound(f"没有编码为 {code[:80]!r} 的告警规则:可用的见 /alarms/rules。")
    return found


def put_rule(
    connection: Connection, catalogue: Catalogue, code: str, body: RuleBody, *, expected: str | None
) -> tuple[RowMapping, bool]:
    """Let a rule be so from now on, and whether it is new; what it was before stays on record.

    expected: the version that the caller has seen; None for any. Raises Conflict where another stands, or none.
    """
    query.execute(connection, "alarm/turn")
    fields = body.model_dump()
    _check(connection, catalogue, fields)
    held = read_rules(connection, code=code)
    if expected is not None and (not held or expected != str(held[0]["version"])):
        now = f"现行的是 {held[0]['version']}" if held else "没有这条规则"
        raise Conflict(f"告警规则 {code!r} 已不是您所见的版本 {expected[:80]!r}({now}):请重新读取后再改。")
    if not held or any(held[0][name] != value for name, value in fields.items()):
        query.execute(connection, f"alarm/rule_{'update' if held else 'insert'}", None, code=code, **fields)
    (made,) = read_rules(connection, code=code)
    return made, not held


def rule_told(row: Mapping[Any, Any], reader: Reader) -> dict[str, Any]:
    """A rule as it is told; who made it so, only to those who may see persons."""
    hidden = _UNTOLD if sees_persons(reader) else (*_UNTOLD, _PERSON)
    told = {
        name: said(value) if isinstance(value, datetime) else value for name, value in row.items() if name not in hidden
    }
    return told | {"version": str(row["version"])}


def _check(connection: Connection, catalogue: Catalogue, fields: Mapping[str, Any]) -> None:
    """Raises BadInput for a rule that means nothing, NotFound for a layer or post that never was."""
    about = [name for name in ("layer", "post_code") if fields[name]]
    if fields["kind"] == "debt_over" and not about:
        raise BadInput("欠巡超限须给图层 layer 或岗位 post_code:请写明是哪里的欠巡。")
    if fields["kind"] != "debt_over" and about:
        raise BadInput(f"{'、'.join(about)} 只用于欠巡超限:请去掉,或把 kind 改为 debt_over。")
    if fields["kind"] == "crew_silent" and fields["threshold"] < 1:
        raise BadInput(f"阈值 {fields['threshold']:g} 太小:失联至少 1 分钟。")
    if fields["kind"] != "debt_over" and fields["threshold"] > MOST_MINUTES:
        raise BadInput(f"阈值 {fields['threshold']:g} 分钟太大:至多 {MOST_MINUTES:,} 分钟(十年)。")
    check_layer(catalogue, fields["layer"])
    check_posts(connection, [fields["post_code"]] if fields["post_code"] else [])
