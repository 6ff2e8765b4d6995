"""A crew and a device as a program or form hands them in; what they name must be there."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field
from sqlalchemy import Connection

from api.answers.bodies import Body
from api.versions.answers import fields_of
from api.versions.rows import today
from layers import query
from layers.errors import BadInput

Code = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(max_length=2000)]
_TIME_OF_DAY = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?", re.ASCII)


class CrewBody(Body):
    """All of a crew but its code."""

    name: Name | None = Field(None, description="名称")
    mode: Code = Field("foot", description="巡查方式:foot bicycle car boat drone,缺省 foot")
    post_code: Code | None = Field(None, description="所属责任岗位编码")
    hours_from: Code | None = Field(None, description="上岗时刻,如 08:30")
    hours_to: Code | None = Field(None, description="下岗时刻,早于上岗时刻为次日")
    members: Name | None = Field(None, description="成员姓名,以顿号分隔")
    valid_from: date | None = Field(None, description="生效日期,缺省今天")
    valid_to: date | None = Field(None, description="失效日期(不含),缺省无期")


class NewCrew(CrewBody):
    """A crew with its code."""

    code: Code = Field(description="编码")


class DeviceBody(Body):
    """All of a device but its code."""

    model_config = ConfigDict(allow_inf_nan=False)

    name: Name | None = Field(None, description="设备名称")
    crew_code: Code | None = Field(None, description="所属巡查组编码")
    datum: Code = Field("wgs84", description="上报坐标的基准:wgs84 gcj02 bd09,缺省 wgs84")
    accuracy_m: float | None = Field(None, gt=0, le=1000, description="不报精度时的误差(米,68%),缺省按巡查方式")
    valid_from: date | None = Field(None, description="生效日期,缺省今天")
    valid_to: date | None = Field(None, description="失效日期(不含),缺省无期")


def crew_fields(connection: Connection, body: CrewBody, code: str) -> dict[str, Any]:
    """What the table of crews takes of a body; raises BadInput for hours that are none, or a post that is not there."""
    fields = fields_of(body, code, today(connection))
    fields |= {name: _time_of_day(name, fields[name]) for name in ("hours_from", "hours_to")}
    if not _there(connection, "city.post", fields["post_code"], fields["valid_from"]):
        raise BadInput(f"没有责任岗位 {fields['post_code']!r}:请先新增或导入岗位,或改正 post_code。")
    return fields


def device_fields(connection: Connection, body: DeviceBody, code: str) -> dict[str, Any]:
    """What the table of devices takes of a body; raises BadInput for a crew that is not there."""
    fields = fields_of(body, code, today(connection))
    if not _there(connection, "city.crew", fields["crew_code"], fields["valid_from"]):
        raise BadInput(f"没有巡查组 {fields['crew_code']!r}:请先新增或导入巡查组,或改正 crew_code。")
    return fields


def _there(connection: Connection, table: str, code: str | None, day: str) -> bool:
    """Whether a code is true on a day or later; none always is."""
    return code is None or bool(query.rows(connection, "duty/codes_there", {"table": table}, codes=[code], day=day))


def _time_of_day(name: str, text: str | None) -> str | None:
    """A time of day as the table tells it.

    >>> _time_of_day("hours_from", "08:30")
    '08:30:00'
    """
    if text is None:
        return None
    found = _TIME_OF_DAY.fullmatch(text)
    if found is None:
        raise BadInput(f"{name} 的值 {text[:40]!r} 不是时刻:应写作 08:30。")
    return found[1] + (found[2] or ":00")
