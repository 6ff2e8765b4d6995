"""What callers send of an observation, as JSON: a new one, a change of one, a family or kind."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from api.answers.bodies import Body

Code = Annotated[str, Field(min_length=1, max_length=200)]
Moment = Annotated[str, Field(max_length=40, description="时间,如 2026-06-30T08:00:00+08:00;不带时区的按平台时区")]
State = Literal["open", "handed", "settled"]
Grade = Literal["general", "major", "urgent"]
Title = Annotated[str, Field(min_length=1, max_length=50)]


class _Told(Body):
    """What may be said of an observation, first or later."""

    family: Annotated[Code | None, Field(description="大类编码;给了小类时可省")] = None
    kind: Annotated[Code | None, Field(description="小类编码")] = None
    name: Annotated[str | None, Field(max_length=200, description="名称")] = None
    place: Annotated[str | None, Field(max_length=500, description="地点说明")] = None
    note: Annotated[str | None, Field(max_length=10_000, description="情况说明")] = None
    lon: Annotated[FiniteFloat | None, Field(description="经度(度)")] = None
    lat: Annotated[FiniteFloat | None, Field(description="纬度(度)")] = None
    datum: Annotated[Literal["wgs84", "gcj02", "bd09"], Field(description="坐标基准")] = "wgs84"
    post: Annotated[Code | None, Field(description="交办岗位编码,状态为 handed 时必填")] = None
    due_at: Annotated[Moment | None, Field(description="办结期限;该类有规定时限的可省")] = None
    settled_at: Annotated[Moment | None, Field(description="办结时间,缺省为现在")] = None
    settled_by: Annotated[str | None, Field(min_length=1, max_length=100, description="办结人,缺省为本人")] = None


class Found(_Told):
    """A new observation. key: any text that is this observation's alone, so that sending it again is harmless."""

    key: Annotated[str | None, Field(min_length=8, max_length=100, description="本次上报的唯一标识,如 UUID")] = None
    grade: Annotated[Grade, Field(description="等级")] = "general"
    source: Annotated[
        Literal["patrol", "hotline", "drone", "camera", "inspection"] | None,
        Field(description="来源;给了巡查编码时可省"),
    ] = None
    patrol: Annotated[Code | None, Field(description="巡查编码,来自巡查时")] = None
    found_at: Annotated[Moment | None, Field(description="发现时间,缺省为现在")] = None
    reporter: Annotated[str | None, Field(min_length=1, max_length=100, description="发现人,缺省为本人")] = None
    state: Annotated[State, Field(description="状态;当场整改的可直接办结")] = "open"


class Change(_Told):
    """A change of an observation: what is not named stays as it is."""

    grade: Annotated[Grade | None, Field(description="等级")] = None
    state: Annotated[State | None, Field(description="状态")] = None


class Sort(Body):
    """A family or kind of observation, as an administrator adds or changes it."""

    zh: Annotated[Title, Field(description="中文名称")]
    en: Annotated[Title, Field(description="英文名称")]
    rank: Annotated[int, Field(ge=0, le=1_000_000, description="排列次序")] = 1000
    due_hours: Annotated[int | None, Field(ge=1, le=87_600, description="交办后几小时内办结")] = None
