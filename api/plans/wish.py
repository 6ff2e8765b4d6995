"""What a plan is asked to be, completed: days, crews and options, as they are kept and told with the plan."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from api.duties.term import FIRST, LAST
from api.plans import store
from api.plans.body import OptionsBody, PlanBody, PlanCrew
from api.plans.crews import completed, crew_days
from api.plans.under_way import under_way
from api.sightings.targets import City, read_city
from api.tracks.moments import instant
from geo.duties.calendar import local_date
from geo.plan.city import check_crews
from layers.errors import BadInput, Conflict

__all__ = ["SECONDS", "completed_wish"]

SECONDS = 20.0
"""How long solving takes where nobody says for how long, or how many rounds."""
MOST_SPAN = 31
"""Within how many days those of a plan lie: each is judged on every evening up to the last."""
Told = dict[str, Any]


def completed_wish(connection: Connection, body: PlanBody, now: datetime, most_s: float) -> store.Asked:
    """The plan as it is to be solved. Raises BadInput for what cannot be, NotFound for what it names and is not there.

    most_s: how many seconds solving may take. What `again_from` said stands where the body says nothing else.
    """
    city = read_city(connection)
    before = _before(connection, body)
    days = _days(body, before, now, city)
    options = _options(body, before, most_s)
    at = _at(body, now, city)
    crews = completed(connection, _crews(body, before), days, city, at or now)
    if at is not None:
        crews = under_way(connection, crews, at, city)
    check_crews(crew_days(crews, days, city))
    asked = {
        "days": [day.isoformat() for day in days],
        "crews": crews,
        "options": options,
        "again_from": body.again_from,
        "at": at.isoformat() if at else None,
    }
    return store.Asked(body.name, days, asked)


def _before(connection: Connection, body: PlanBody) -> Mapping[str, Any] | None:
    """The plan to go on from, as it is kept."""
    if body.again_from is None:
        if body.from_now or body.at:
            raise BadInput("中途重排要有原来的方案:请给出 again_from。")
        if body.options and body.options.second_pass:
            raise BadInput("second_pass 要有当天的方案:请给出 again_from。")
        return None
    row = store.one(connection, body.again_from)
    if row["answer"] is None:
        raise Conflict(f"方案 {body.again_from} 还没有答案,不能照它再排:请等它完成。")
    return dict(row)


def _days(body: PlanBody, before: Mapping[str, Any] | None, now: datetime, city: City) -> list[date]:
    if body.day and body.days:
        raise BadInput("day 与 days 只给其一:一天用 day,几天用 days。")
    given = body.days or ([body.day] if body.day else None)
    if given is None:
        given = _following(body, before, local_date(now.timestamp(), city.zone))
    days = sorted(given)
    if len(set(days)) < len(days):
        raise BadInput(f"days 里有重复的日子({'、'.join(map(str, days))}):每天只给一次。")
    for day in days:
        if not FIRST <= day < LAST:
            raise BadInput(f"日期 {day} 太远:应在 {FIRST.year} 至 {LAST.year} 年之间。")
    if (days[-1] - days[0]).days >= MOST_SPAN:
        raise BadInput(f"{days[0]} 与 {days[-1]} 相隔太久:一个方案的各天应在 {MOST_SPAN} 天之内,请分几个方案来排。")
    return days


def _following(body: PlanBody, before: Mapping[str, Any] | None, today: date) -> list[date]:
    """The days of a plan that names none: those of the plan before, after a second pass the next, else tomorrow."""
    if before is None:
        return [today + timedelta(days=1)]
    days: list[date] = list(before["days"])
    if body.options and body.options.second_pass:
        return [days[-1] + timedelta(days=1)]
    if body.from_now or body.at:
        return [day for day in days if day >= today] or days[-1:]
    return days


def _options(body: PlanBody, before: Mapping[str, Any] | None, most_s: float) -> Told:
    usual = OptionsBody.model_validate({}).model_dump(mode="json")
    earlier = dict(before["asked"]["options"]) if before else {}
    said = body.options.model_dump(mode="json", exclude_unset=True) if body.options else {}
    if {"iterations", "seconds"} & set(said):
        earlier |= {"iterations": None, "seconds": None}
    options: Told = usual | earlier | {"second_pass": False} | said
    if options["seconds"] is not None and options["seconds"] > most_s:
        raise BadInput(f"求解时间 {options['seconds']:g} 秒超过上限 {most_s:g} 秒:请减小 options.seconds。")
    if options["seconds"] is None and options["iterations"] is None:
        options["seconds"] = min(SECONDS, most_s)
    return options


def _crews(body: PlanBody, before: Mapping[str, Any] | None) -> Sequence[PlanCrew] | None:
    if body.crews is not None or before is None:
        return body.crews
    return [_as_said(crew) for crew in before["asked"]["crews"]]


def _as_said(crew: Mapping[str, Any]) -> PlanCrew:
    """A crew as somebody would have to say it to get what was completed."""
    names = ("name", "mode", "posts", "start", "end", "from", "to", "most_m", "breaks", "appointments")
    said = {name: crew[name] for name in names if crew.get(name) is not None}
    return PlanCrew.model_validate(said | ({"crew": crew["crew"]} if crew["registered"] else {}))


def _at(body: PlanBody, now: datetime, city: City) -> datetime | None:
    """From when a day under way is planned anew; None for a day that is planned whole."""
    return instant(body.at, "at", city.zone) if body.at else now if body.from_now else None
