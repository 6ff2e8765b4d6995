"""A duty as a program or form hands it in; which values go together, the table's own rules say."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from api.answers.bodies import Body

Code = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(max_length=2000)]


class DutyBody(Body):
    """All of a duty but its code: what is left out asks for nothing, or is the default shown."""

    model_config = ConfigDict(allow_inf_nan=False)

    name: Name | None = Field(None, description="名称")
    post_code: Code = Field(description="责任岗位编码")
    layer: Code = Field(description="巡查对象图层,如 reach、road、grid、site")
    targets: Code = Field("post", description="对象范围:post 岗位名下,codes 列明编码,within 网格之内,all 全部")
    target_codes: list[Code] | None = Field(None, min_length=1, max_length=10_000, description="对象编码")
    within_code: Code | None = Field(None, description="所在网格编码")
    interval_days: int | None = Field(None, ge=1, le=3660, description="间隔天数")
    per: Code | None = Field(None, description="计次周期:week month quarter")
    times: int | None = Field(None, ge=1, le=100, description="每周期次数")
    first_month: int | None = Field(None, ge=1, le=12, description="起始月份")
    last_month: int | None = Field(None, ge=1, le=12, description="结束月份")
    least_share: float | None = Field(None, gt=0, le=1, description="每次至少占比")
    full_cover: bool = Field(False, description="每周期须全覆盖")
    hours: list[Code] | None = Field(None, min_length=1, max_length=24, description="时段,如 22:00-06:00")
    weekdays: list[int] | None = Field(None, min_length=1, max_length=7, description="星期,1 为周一")
    settled_by: Code = Field("own", description="谁的巡查算数:own delegates anyone")
    delegates: list[Code] | None = Field(None, min_length=1, max_length=1000, description="受托岗位编码")
    modes: list[Code] | None = Field(None, min_length=1, max_length=5, description="巡查方式,缺省不限")
    reach_m: float = Field(25, gt=0, le=10_000, description="可视距离(米)")
    bound: Code = Field("nominal", description="按哪个界限计:sure nominal possible")
    same_side: bool = Field(False, description="须在水的同侧看到")
    test_distance_m: float | None = Field(None, ge=0, le=10_000, description="整体对象判定:最近距离(米)")
    test_dwell_s: float | None = Field(None, ge=0, le=86_400, description="整体对象判定:停留(秒)")
    test_share: float | None = Field(None, gt=0, le=1, description="整体对象判定:面积占比")
    test_road_share: float | None = Field(None, gt=0, le=1, description="整体对象判定:道路占比")
    min_minutes: float | None = Field(None, ge=0, le=1440, description="有效巡查:最短分钟")
    min_metres: float | None = Field(None, ge=0, le=1_000_000, description="有效巡查:最少米数")
    min_gap_hours: float | None = Field(None, ge=0, le=8784, description="有效巡查:距上次最少小时")
    flagged_count: bool = Field(False, description="存疑轨迹是否计入")
    rule: Name | None = Field(None, description="规则名称")
    citation: Annotated[str, Field(min_length=1, max_length=2000)] = Field(description="依据出处")
    valid_from: date | None = Field(None, description="生效日期,缺省今天")
    valid_to: date | None = Field(None, description="失效日期(不含),缺省无期")


class NewDuty(DutyBody):
    """A duty with its code."""

    code: Code = Field(description="编码")
