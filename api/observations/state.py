"""The three states of an observation, and what each must and must not have. No further workflow."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from layers.errors import BadInput

_TITLES = {"open": "待处理", "handed": "已交办", "settled": "已办结"}


@dataclass(frozen=True)
class Standing:
    """Where an observation stands: its state, who answers for it by when, and who settled it when."""

    state: str = "open"
    post_code: str | None = None
    due_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None


@dataclass(frozen=True)
class Acting:
    """Who changes it, when, and how many hours its sort may take once handed over (None: not said)."""

    person: str
    now: datetime
    due_hours: int | None = None


def moved(before: Standing, asked: Standing, acting: Acting) -> Standing:
    """What an observation comes to when its standing is asked to change; raises BadInput where that is incomplete.

    asked: the state that is wanted, and what was said with it. What is not said stays where the state keeps it; what
    the state has no room for goes.

    >>> at = datetime(2026, 6, 30)
    >>> moved(Standing(), Standing("settled"), Acting("张三", at)).settled_by
    '张三'
    >>> moved(Standing(), Standing("handed", "HZ-1"), Acting("张三", at, due_hours=24)).due_at.day
    1
    """
    _only_what_fits(asked)
    if asked.state == "open":
        return before if before.state == "open" else Standing()
    post_code, due_at = asked.post_code or before.post_code, asked.due_at or before.due_at
    if asked.state == "settled":
        return Standing(
            "settled",
            post_code,
            due_at,
            asked.settled_at or before.settled_at or acting.now,
            asked.settled_by or before.settled_by or acting.person,
        )
    if due_at is None and acting.due_hours is not None:
        due_at = acting.now + timedelta(hours=acting.due_hours)
    if not post_code or due_at is None:
        lacking = "、".join(
            name for name, there in (("交办岗位 post", post_code), ("办结期限 due_at", due_at)) if not there
        )
        raise BadInput(f"交办(state=handed)还缺 {lacking}:请补上。")
    return replace(Standing("handed"), post_code=post_code, due_at=due_at)


def _only_what_fits(asked: Standing) -> None:
    named = []
    if asked.state == "open":
        named += [name for name, value in (("post", asked.post_code), ("due_at", asked.due_at)) if value is not None]
    if asked.state != "settled":
        late = (("settled_at", asked.settled_at), ("settled_by", asked.settled_by))
        named += [name for name, value in late if value is not None]
    if named:
        raise BadInput(
            f"状态为“{_TITLES[asked.state]}”时没有 {'、'.join(named)}:"
            "交办请给 state=handed,办结请给 state=settled,或去掉这几项。"
        )
