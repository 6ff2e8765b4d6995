"""What a question about land says, whichever way it comes: JSON, a form with a file, or a file as it is."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from api.answers.bodies import Body

__all__ = ["MOST_TOLERANCE_M", "AgainBody", "AskBody", "OutlineBody", "ThenBody", "WhenBody"]

MOST_TOLERANCE_M = 10.0
Activity = Literal["build", "facility", "road", "dig", "pond", "trees", "crops", "dump"]


class ThenBody(Body):
    """Another time to compare with."""

    as_of: date | None = Field(None, description="哪一天的现势,缺为与所查同一天")
    known_at: str | None = Field(None, max_length=40, description="按何时所知,缺为现在")


class OutlineBody(Body):
    """Where: one of geometry and text, and what is said of it."""

    geometry: dict[str, Any] | None = Field(None, description="GeoJSON 的面、要素或要素集合,经度在前的度(CRS84)")
    text: str | None = Field(None, max_length=16_000_000, description="粘贴的界址点坐标文本、GeoJSON 或 WKT")
    crs: str | None = Field(None, max_length=2000, description="坐标系:EPSG 代码、PROJ 字符串或已配置的地方坐标系名")
    axes: Literal["", "ne", "en"] = Field("", description="坐标顺序:ne 先北后东,en 先东后北")
    datum: Literal["wgs84", "gcj02", "bd09"] = Field("wgs84", description="度的基准:gcj02、bd09 为偏移坐标")
    layer_name: str | None = Field(None, max_length=200, description="文件里的图层,文件有几个图层时指明")
    encoding: str | None = Field(None, max_length=40, description="文件的文字编码,缺省自动判断")
    name: str | None = Field(None, min_length=1, max_length=200, description="名称")


class WhenBody(OutlineBody):
    """What is to be done there, as of when, and as known when."""

    activity: Activity = Field("build", description="拟开展的活动,见 /landuse/activities")
    as_of: date | None = Field(None, description="哪一天的现势,缺为今天")
    known_at: str | None = Field(None, max_length=40, description="按何时所知,缺为现在")
    tolerance_m: float = Field(0.5, gt=0, le=MOST_TOLERANCE_M, description="容差(米),比它窄的列为碎片")


class AskBody(WhenBody):
    """A question: may this be done here?"""

    compared_to: ThenBody | None = Field(None, description="与哪一天、何时所知相比")
    store: bool = Field(True, description="是否存入核查记录")
    pieces: bool = Field(True, description="是否给出各图斑部分的图形")


class AgainBody(Body):
    """A stored check made again: as it was asked, or of now."""

    now: bool = Field(False, description="true 为按今天、现在所知重新核查")
    store: bool = Field(False, description="重新核查的结果是否另存一条(只用于 now)")
