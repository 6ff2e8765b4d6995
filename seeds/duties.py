"""What the sample's posts must have seen: published rules of other places, each with its citation, held by posts here.

The rules are real and cited as they were published; that a post of this sketch is held to one of them is made up, and
each row says so. So one set of tracks can be scored under each rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from seeds.names import PLACES, STREET_CODE
from seeds.patrols import DAYS
from seeds.posts import ROADS, ROADS_PER_CHIEF, posts, reaches

__all__ = ["COMPARED", "Duty", "duties"]

COMPARED = ("HZ-HSHZ-1", "HZ-HSHZ-2", "HUZ-YXH-1", "HUZ-YDH-1")
"""Chiefs whose reaches are held to the rules of each place, beside their own duty."""
_MADE_UP = "示例指派:规则为所引原文,由本岗位承担则为虚构。"


@dataclass(frozen=True)
class Duty:
    """A duty as its table has it; what is None asks for nothing. valid_from: set when all are put together."""

    code: str
    name: str
    post_code: str
    layer: str
    citation: str
    rule: str
    targets: str = "post"
    target_codes: tuple[str, ...] | None = None
    within_code: str | None = None
    interval_days: int | None = None
    per: str | None = None
    times: int | None = None
    first_month: int | None = None
    last_month: int | None = None
    least_share: float | None = None
    full_cover: bool = False
    hours: tuple[str, ...] | None = None
    weekdays: tuple[int, ...] | None = None
    settled_by: str = "own"
    delegates: tuple[str, ...] | None = None
    modes: tuple[str, ...] | None = None
    reach_m: float = 25.0
    bound: str = "nominal"
    same_side: bool = False
    test_distance_m: float | None = None
    test_dwell_s: float | None = None
    test_share: float | None = None
    test_road_share: float | None = None
    min_minutes: float | None = None
    min_metres: float | None = None
    min_gap_hours: float | None = None
    flagged_count: bool = False
    provenance: str = "synthetic"
    valid_from: date = date.min
    valid_to: date | None = None


_MINISTRY = "水利部《河长湖长履职规范(试行)》2021:乡级每月不少于一次(未核对原文)。"
_GUANGZHOU_2019 = "广州 2019,央广网 2019-01-03:镇街级每周一次,每次不少于责任水域的 30%,每月全覆盖。"
_GUANGZHOU_2021 = "广州 2021,广州日报 2021-07-06:村居级每 10 日不少于 1 日;有效巡河须满 10 分钟且满 1 公里。"
_SIXIAN = (
    "泗县丁湖镇,sixian.gov.cn/public/25592/155659721:镇级对每一水体每月不少于一次;有效巡河须满 5 分钟且满 300 米。"
)
_AHEQI = (
    "阿合奇县,xjahq.gov.cn(…2c78c27d):乡级 3 至 12 月每月一次;"
    "有效巡河须满 30 分钟且满 2 公里,距上次满 96 小时,否则不予提交。"
)
_REPORT = "花山街道 2024 年工作报告:"
_BY_US = "间隔、时段与判定为示例,报告未写明。"


def duties(today: date) -> list[Duty]:
    """Every duty of the sample, by code and version, from the first month on that its patrols cover whole.

    Had they begun before, all that is overdue would be overdue since then: nobody knows who went out earlier.
    """
    begin = _month_after(today - timedelta(days=DAYS + 1))
    made = [
        *_monthly(),
        *(rule for post in COMPARED for rule in _rules(post)),
        *_roads(_month_after(begin)),
        *_grids(),
        *_nights(),
        *_houses(),
        _same_side(),
    ]
    dated = [replace(duty, valid_from=max(begin, duty.valid_from)) for duty in made]
    return sorted(dated, key=lambda duty: (duty.code, duty.valid_from))


def _month_after(day: date) -> date:
    """The first day of the next month.

    >>> _month_after(date(2026, 12, 31))
    datetime.date(2027, 1, 1)
    """
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _monthly() -> Iterable[Duty]:
    """Every chief's own: each reach at least once a month; on the lakes whoever walks there settles it."""
    for reach in reaches():
        lake = reach.post_code.startswith("HUZ")
        yield Duty(
            f"YC-{reach.post_code}",
            f"{reach.name}每月至少一次",
            reach.post_code,
            "reach",
            _MINISTRY + _MADE_UP,
            "水利部履职规范",
            per="month",
            times=1,
            settled_by="anyone" if lake else "own",
        )


def _rules(post: str) -> Iterable[Duty]:
    """The rules of four places, for one post's reach; Guangzhou's of 2019 is two, for they are of two periods."""
    of = {reach.post_code: reach.name for reach in reaches()}[post]
    plain = Duty("", "", post, "reach", "", "", settled_by="anyone")
    yield replace(
        plain, code=f"GZ19Z-{post}", name=f"{of}每周至少三成(广州 2019)", rule="广州 2019",
        citation=_GUANGZHOU_2019 + _MADE_UP, per="week", times=1, least_share=0.3,
    )  # fmt: skip
    yield replace(
        plain, code=f"GZ19Y-{post}", name=f"{of}每月全覆盖(广州 2019)", rule="广州 2019",
        citation=_GUANGZHOU_2019 + _MADE_UP, per="month", times=1, full_cover=True,
    )  # fmt: skip
    yield replace(
        plain, code=f"GZ21-{post}", name=f"{of}每 10 日一次(广州 2021)", rule="广州 2021",
        citation=_GUANGZHOU_2021 + _MADE_UP, interval_days=10, min_minutes=10.0, min_metres=1000.0,
    )  # fmt: skip
    yield replace(
        plain, code=f"SX-{post}", name=f"{of}每月一次(泗县丁湖镇)", rule="泗县丁湖镇",
        citation=_SIXIAN + _MADE_UP, per="month", times=1, min_minutes=5.0, min_metres=300.0,
    )  # fmt: skip
    yield replace(
        plain, code=f"AHQ-{post}", name=f"{of} 3 至 12 月每月一次(阿合奇县)", rule="阿合奇县",
        citation=_AHEQI + _MADE_UP, per="month", times=1, first_month=3, last_month=12,
        min_minutes=30.0, min_metres=2000.0, min_gap_hours=96.0,
    )  # fmt: skip


def _roads(changed: date) -> Iterable[Duty]:
    """Road chiefs: both of their roads every week; the first two of every other week until they were too dirty."""
    for number in range(1, ROADS // ROADS_PER_CHIEF + 1):
        duty = Duty(
            f"LX-{number:02}",
            f"{number * 2 - 1:02}、{number * 2:02} 号道路每 7 天一次",
            f"LZ-{number:02}",
            "road",
            f"{_REPORT}34 条主辅干道卫生提质。{_BY_US}",
            "道路巡查",
            targets="codes",
            target_codes=tuple(f"HSL{road:02}" for road in (number * 2 - 1, number * 2)),
            interval_days=7,
            modes=("foot", "bicycle", "car"),
            settled_by="anyone",
        )
        if number > 1:
            yield duty
            continue
        yield replace(duty, name="01、02 号道路每 14 天一次", interval_days=14, valid_to=changed)
        yield replace(duty, valid_from=changed)


def _grids() -> Iterable[Duty]:
    """Grid keepers: every unit grid of their place every two weeks, half of its roads seen in one visit."""
    for place in PLACES:
        yield Duty(
            f"WG-{place.digits}",
            f"{place.name}各单元网格每 14 天一次",
            f"WGY-{place.digits}",
            "grid",
            f"{_REPORT}日查夜巡、网格管理、多员合一。{_BY_US}",
            "网格巡查",
            targets="within",
            within_code=place.code,
            interval_days=14,
            settled_by="anyone",
            test_road_share=0.5,
        )


def _nights() -> Iterable[Duty]:
    """The gong-and-watch night patrol: resettlement compounds in the evening, one place's roads across midnight."""
    keepers = tuple(f"WGY-{digits}" for digits in ("002", "003", "004", "005"))
    for number, post in enumerate(keepers, start=1):
        yield Duty(
            f"YX-XQ{number:03}",
            f"还建小区 {number:02} 鸣锣巡更",
            post,
            "site",
            f"{_REPORT}深化鸣锣巡更常态化机制。{_BY_US}",
            "鸣锣巡更",
            targets="codes",
            target_codes=(f"XQ{number:03}",),
            per="week",
            times=3,
            hours=("19:00-22:00",),
            modes=("foot",),
            settled_by="delegates",
            delegates=tuple(one for one in keepers if one != post),
            test_distance_m=25.0,
        )
    yield Duty(
        "YX-005",
        "花城家园兰园社区道路夜巡",
        "WGY-005",
        "road",
        f"{_REPORT}日查夜巡。{_BY_US}",
        "夜巡",
        targets="within",
        within_code=f"{STREET_CODE}005",
        interval_days=7,
        hours=("22:00-02:00",),
        weekdays=(5, 6, 7),
        settled_by="anyone",
    )


def _houses() -> Iterable[Duty]:
    """Leftover houses and dumping spots in each village: those that say which keeper answers for them."""
    villages = [post for post in posts() if post.code.startswith("WGY-2")]
    for post in villages:
        yield Duty(
            f"DW-{post.code[-3:]}",
            f"{post.name}负责的点位每 30 天一次",
            post.code,
            "site",
            f"{_REPORT}制定拆迁遗留房屋管理和巡查工作制度,破解失管失查。{_BY_US}",
            "点位巡查",
            interval_days=30,
            settled_by="anyone",
            test_dwell_s=30.0,
        )


def _same_side() -> Duty:
    """The left bank of 花山河, to be seen from the left bank: across the river nobody sees what lies at its foot."""
    return Duty(
        "TC-HZ-HSHZ-1",
        "花山河左岸1段须同岸巡查",
        "HZ-HSHZ-1",
        "reach",
        f"{_REPORT}定期巡查一江一河两湖,确保岸坡整洁。同岸要求与间隔为示例。",
        "同岸巡查",
        interval_days=15,
        same_side=True,
        settled_by="anyone",
    )
