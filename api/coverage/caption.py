"""The words of a picture of coverage, in either language: what it shows, of when, at which reach, from where."""

from datetime import datetime
from typing import Literal, NamedTuple

from api.coverage.asked import Asked
from api.coverage.picture import Caption

__all__ = ["Origin", "caption_of"]

DATA = {
    "sample": ("示例数据", "sample data, drawn and made up"),
    "mixed": ("混合:含示例数据", "sample data among others"),
    "real": ("", ""),
    "empty": ("", ""),
}


class Origin(NamedTuple):
    """Where a picture is from: the deployment's name, and whether its data are sample, mixed, real or empty."""

    name: str
    holding: str


def caption_of(asked: Asked, at: datetime, origin: Origin, language: Literal["zh", "en"]) -> Caption:
    """What a picture of `asked` shows as of `at`; its times are told in the zone of `at`."""
    start, known = (
        None if moment is None else moment.astimezone(at.tzinfo) for moment in (asked.period[0], asked.known_at)
    )
    chinese, english = DATA[origin.holding]
    if language == "zh":
        since = f"只计 {start:%Y-%m-%d %H:%M} 起的巡查," if start else "计入此前全部巡查,"
        as_known = f",按 {known:%Y-%m-%d %H:%M} 所知" if known else ""
        return Caption(
            f"{asked.layer.title.zh}:距上次看到多少天{f'({chinese})' if chinese else ''}",
            f"截至 {at:%Y-%m-%d %H:%M},{since}可视距离 {asked.reach_m:g} 米(标称){as_known}",
            f"来源:{origin.name}城市运行平台的轨迹与图层「{asked.layer.title.zh}」{f';{chinese}' if chinese else ''}",
        )
    since = f"patrols from {start:%Y-%m-%d %H:%M}" if start else "all patrols before"
    as_known = f", as known at {known:%Y-%m-%d %H:%M}" if known else ""
    return Caption(
        f"{asked.layer.title.en}: days since last seen{f' ({english})' if english else ''}",
        f"As of {at:%Y-%m-%d %H:%M}, {since}, within {asked.reach_m:g} m (nominal){as_known}",
        f"Source: city operations platform, patrol tracks and layer '{asked.layer.id}'"
        f"{f'; {english}' if english else ''}",
    )
