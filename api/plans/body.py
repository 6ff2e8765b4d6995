"""A plan as a program or a form asks for it, and changes of one."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.answers.bodies import Body
from geo.duties.duty import MODES

__all__ = ["ChangeBody", "Limits", "OptionsBody", "PlanBody", "PlanCrew", "PlanPlace"]

MOST_DAYS, MOST_CREWS, MOST_STOPS = 7, 40, 12
MOST_ITERATIONS = 1_000_000
MOST_CHANGES = 100
Limits = {"days": MOST_DAYS, "crews": MOST_CREWS, "stops": MOST_STOPS, "iterations": MOST_ITERATIONS}

Name = Annotated[str, Field(min_length=1, max_length=200)]
Long = Annotated[str, Field(min_length=1, max_length=400)]
"""What is named after a name, with a day or a range."""
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]
Minutes = Annotated[float, Field(ge=0, le=1440)]


class Finite(Body):
    """A body without numbers that are none."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)


class PlanPlace(Finite):
    """Where a crew starts, ends, rests or has to be; degrees."""

    lon: Lon = Field(description="经度(度)")
    lat: Lat = Field(description="纬度(度)")
    name: Name | None = Field(None, description="名称")


class PlanBreak(Finite):
    """A pause within a time of the day."""

    since: Clock = Field(alias="from", description="不早于,如 11:30")
    until: Clock = Field(alias="to", description="不晚于,如 13:00")
    minutes: Annotated[float, Field(gt=0, le=480)] = Field(description="多少分钟")
    places: list[PlanPlace] = Field(default_factory=list, max_length=MOST_STOPS, description="可在哪里,缺为任意")


class PlanAppointment(Finite):
    """Where a crew has to be in a time of the day."""

    name: Name = Field(description="事由")
    place: PlanPlace = Field(description="在哪里")
    since: Clock = Field(alias="from", description="不早于,如 14:00")
    until: Clock = Field(alias="to", description="不晚于,如 14:30")
    minutes: Minutes = Field(description="多少分钟")


class PlanCrew(Finite):
    """A crew: one of the register by its code, or somebody else by a name; what is not said is the register's."""

    crew: Name | None = Field(None, description="巡查组编码,见 /crews")
    name: Name | None = Field(None, description="名称;没有编码的,以名称为准")
    mode: Literal[MODES] | None = Field(None, description="方式:foot bicycle car boat drone")  # type: ignore[valid-type]
    posts: list[Name] | None = Field(None, max_length=100, description="代表哪些责任岗位")
    start: PlanPlace | None = Field(None, description="从哪里出发")
    end: PlanPlace | None = Field(None, description="回到哪里,缺为出发处")
    since: Clock | None = Field(None, alias="from", description="上岗时刻,如 08:30")
    until: Clock | None = Field(None, alias="to", description="下岗时刻;早于上岗时刻为次日")
    days: list[date] | None = Field(None, min_length=1, max_length=MOST_DAYS, description="只在这几天,缺为每天")
    most_m: Annotated[float, Field(gt=0, le=1_000_000)] | None = Field(None, description="一天至多走多少米,缺为按方式")
    breaks: list[PlanBreak] = Field(default_factory=list, max_length=MOST_STOPS, description="休息")
    appointments: list[PlanAppointment] = Field(default_factory=list, max_length=MOST_STOPS, description="已有的约定")


class OptionsBody(Finite):
    """How a plan is made."""

    unverified: bool = Field(False, description="是否也走未验证能否通行的岸线(慢行)")
    ahead_days: Annotated[int, Field(ge=1, le=31)] = Field(1, description="按几天后的零时计欠巡,1 为当晚")
    risk: Literal["none", "observations"] = Field("none", description="风险权重:none 不加;observations 按未办结的发现")
    layers: list[Name] | None = Field(None, min_length=1, max_length=20, description="只要这些图层的对象")
    duties: list[Name] | None = Field(None, min_length=1, max_length=500, description="只要这些职责")
    second_pass: bool = Field(False, description="只走 again_from 那个方案当天没有走到的")
    iterations: Annotated[int, Field(ge=1, le=MOST_ITERATIONS)] | None = Field(None, description="求解多少轮为止")
    seconds: Annotated[float, Field(gt=0, le=86_400)] | None = Field(None, description="求解多少秒为止")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(1, description="随机种子:同一种子与轮数,同一方案")


class PlanBody(Finite):
    """What a plan is to be."""

    name: Name | None = Field(None, description="名称")
    day: date | None = Field(None, description="哪一天,缺为明天")
    days: list[date] | None = Field(None, min_length=1, max_length=MOST_DAYS, description="哪几天,至多 7 天")
    crews: list[PlanCrew] | None = Field(None, max_length=MOST_CREWS, description="哪些巡查组,缺为登记的全部")
    options: OptionsBody | None = Field(None, description="选项")
    again_from: Name | None = Field(None, description="照这个方案再排:其巡查组、选项,及固定的段")
    from_now: bool = Field(False, description="当天中途重排:从各组现在所在之处、此刻起")
    at: Annotated[str, Field(max_length=40)] | None = Field(None, description="中途重排从何时起,缺为现在")


class ChangeBody(Finite):
    """One change: a piece to another route and place, or off every route; held there or not."""

    piece: Long = Field(description="哪一段,见方案的 pieces")
    route: Long | None = Field(None, description="放到哪条路线;null 为移出方案")
    position: Annotated[int, Field(ge=0, le=100_000)] | None = Field(None, description="该路线各段中的第几个,自 0 起")
    fixed: bool | None = Field(None, description="是否固定在该路线上")

    @property
    def moves(self) -> bool:
        """Whether it says where the piece is to go, be it nowhere."""
        return "route" in self.model_fields_set


class PatchBody(Finite):
    """Changes of a plan, or going back to a revision, or another name."""

    changes: list[ChangeBody] = Field(default_factory=list, max_length=MOST_CHANGES, description="各处改动,依次")
    save: bool = Field(True, description="false 为只试算,不保存")
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(None, description="回到这一版")
    name: Name | None = Field(None, description="另取名称")


def written(body: PlanBody) -> dict[str, Any]:
    """A body as it is stored: what was said, by the names it was said under."""
    told: dict[str, Any] = body.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return told
