"""An outing as a program hands it in: a JSON object, with its fixes or to be given them afterwards."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.patrols.accept import Outing
from api.tracks.fixes import FIELDS, MAX_FIXES, ORDER

__all__ = ["FIELDS", "FIX_FORM", "MAX_FIXES", "Ending", "HandedBatch", "HandedOuting", "HandedTrack"]
FIX_FORM = f"定位点:{ORDER},精度(米)可缺或为 null;或含 {'、'.join(FIELDS)} 的对象。时间为 RFC 3339 或 Unix 秒"


class HandedOuting(BaseModel):
    """One outing: who went, how, for which post, in which datum the positions are."""

    model_config = ConfigDict(extra="forbid")

    code: str | None = Field(None, min_length=1, max_length=200, description="编码,自定;不给则自动编。重发不会重复登记")
    device: str | None = Field(None, min_length=1, max_length=200, description="设备编号")
    mode: Literal["foot", "bicycle", "car", "boat", "drone"] = Field("foot", description="巡查方式")
    datum: Literal["wgs84", "gcj02", "bd09"] = Field("wgs84", description="坐标基准")
    crew: str | None = Field(None, max_length=200, description="巡查组")
    post: str | None = Field(None, max_length=200, description="责任岗位编码")
    report: str | None = Field(None, max_length=2000, description="情况说明")

    def outing(self) -> Outing:
        """The outing as it is taken in."""
        told = {name: getattr(self, name) for name in ("code", "device", "mode", "datum", "crew", "report")}
        return Outing(**told, post_code=self.post)


class HandedTrack(HandedOuting):
    """One outing with all its fixes; only for the documentation, fixes are read by api.tracks.fixes."""

    fixes: list[list[Any] | dict[str, Any]] | None = Field(
        None, min_length=1, max_length=MAX_FIXES, description=f"{FIX_FORM};没有此项则只登记一次巡查"
    )


class HandedBatch(BaseModel):
    """Fixes for a patrol that is open; only for the documentation, fixes are read by api.tracks.fixes."""

    device: str | None = Field(None, min_length=1, max_length=200, description="设备编号,须与巡查登记的一致")
    fixes: list[list[Any] | dict[str, Any]] = Field(max_length=MAX_FIXES, description=FIX_FORM)


class Ending(BaseModel):
    """What is said at the end of a patrol."""

    model_config = ConfigDict(extra="forbid")

    report: str | None = Field(None, max_length=2000, description="情况说明")
