"""The crews of a plan: what is said of each, completed by the registers and told; and as geo.plan takes them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.duties.posts import check_posts
from api.plans.body import MOST_CREWS, PlanCrew, PlanPlace
from api.sightings.targets import City
from api.transfer.tables import CREW
from api.versions.rows import versions
from geo.duties.calendar import instant, local_date
from geo.plan.city import Appointment, Break, CrewDay
from layers import query
from layers.crs import WIRE, transformer
from layers.errors import BadInput, NotFound, TooLarge

__all__ = ["HOURS", "completed", "crew_days"]

HOURS = ("08:30", "17:30")
"""When a crew goes out and comes back of which nobody says otherwise."""
MOST_M = {"foot": 20_000.0, "bicycle": 60_000.0, "car": 150_000.0, "boat": 60_000.0, "drone": 30_000.0}
"""How far a crew goes in a day of which nobody says otherwise: what legs and batteries do, day after day."""
MODE = "foot"
FEWEST = 3
"""Fewer patrols are no habit."""
Told = dict[str, Any]


def completed(
    connection: Connection, said: Sequence[PlanCrew] | None, days: Sequence[date], city: City, before: datetime
) -> list[Told]:
    """The crews as a plan tells them: code, name, mode, posts, start, end, hours, most metres, breaks, appointments.

    said: None for every crew of the register. `defaults` names what neither was said nor stands in the register; a
    start that was not said is where the crew's newest patrol before an instant set out, posts those for which it lately
    went out. Raises BadInput for a crew that is not there, is named twice, or whose hours and places cannot be.
    """
    held = {one.fields["code"]: one.fields for one in versions(connection, CREW, day=days[0])}
    asked = [PlanCrew.model_validate({"crew": code}) for code in sorted(held)] if said is None else list(said)
    if not asked:
        raise BadInput("没有巡查组:请在 crews 里给出,或先在 /crews 登记。")
    if len(asked) > MOST_CREWS:
        raise TooLarge(f"巡查组有 {len(asked)} 个,一个方案至多 {MOST_CREWS} 个:请在 crews 里挑选。")
    _check_named(asked, held)
    codes = [crew.crew for crew in asked if crew.crew is not None]
    rows = query.rows(connection, "plan/crew_habits", None, crews=codes, before=before)
    habits = {row["code"]: dict(row) for row in rows}
    told = [_completed(crew, held.get(crew.crew or "", {}), habits.get(crew.crew, {}), days) for crew in asked]
    check_posts(connection, sorted({post for one in told for post in one["posts"]}))
    for one in told:
        _check_places(one, city)
    return told


def crew_days(told: Sequence[Mapping[str, Any]], days: Sequence[date], city: City) -> list[CrewDay]:
    """Each crew on each of its days, in the order of the days; raises BadInput for breaks outside its hours."""
    return [_crew_day(one, day, city) for day in days for one in told if day.isoformat() in one.get("days", [f"{day}"])]


def _check_named(asked: Iterable[PlanCrew], held: Mapping[str, Any]) -> None:
    names: set[str] = set()
    for crew in asked:
        name = crew.crew or crew.name
        if name is None:
            raise BadInput("crews 里有一组既没有编码 crew,也没有名称 name:请给出其一。")
        if crew.crew is not None and crew.crew not in held:
            some = "、".join(sorted(held)[:8]) or "没有登记"
            raise NotFound(f"那一天没有巡查组 {crew.crew[:80]!r}:登记的有 {some};没有登记的请只给名称 name。")
        if name in names or (crew.crew is None and name in held):
            raise BadInput(f"巡查组 {name[:80]!r} 给了两次,或与登记的编码相同:每组只给一次,名称各不相同。")
        names.add(name)


def _completed(crew: PlanCrew, fields: Mapping[str, Any], habit: Mapping[str, Any], days: Sequence[date]) -> Told:
    code = crew.crew or crew.name or ""
    own = [fields["post_code"]] if fields.get("post_code") else None
    hours = [fields[name][:5] for name in ("hours_from", "hours_to")] if fields.get("hours_from") else None
    usual = _usual_hours(habit)
    start = _place(crew.start) or _habitual(habit)
    found = {
        "mode": (crew.mode, fields.get("mode"), MODE),
        "posts": (crew.posts, own, list(habit.get("posts") or [])),
        "from": (crew.since, hours and hours[0], usual[0]),
        "to": (crew.until, hours and hours[1], usual[1]),
    }
    told = {name: next(value for value in values if value is not None) for name, values in found.items()}
    if told["from"] == told["to"]:
        raise BadInput(f"巡查组 {code!r} 的上岗、下岗时刻都是 {told['from']}:请给出不同的时刻。")
    defaults = [name for name, (one, register, _) in found.items() if one is None and register is None]
    defaults += [name for name in ("most_m", "start", "end") if getattr(crew, name) is None]
    return {
        "crew": code,
        "name": crew.name or fields.get("name") or code,
        "registered": crew.crew is not None,
        **told,
        "start": start,
        "end": _place(crew.end) or start,
        "days": [day.isoformat() for day in crew.days or days],
        "most_m": MOST_M[str(told["mode"])] if crew.most_m is None else crew.most_m,
        "breaks": [one.model_dump(mode="json", by_alias=True) for one in crew.breaks],
        "appointments": [one.model_dump(mode="json", by_alias=True) for one in crew.appointments],
        "defaults": defaults,
    }


def _place(place: PlanPlace | None) -> Told | None:
    return None if place is None else place.model_dump(mode="json")


def _habitual(habit: Mapping[str, Any]) -> Told | None:
    """Where a crew set out from lately, rounded to about ten metres: a place to set out from, not a person's door."""
    if habit.get("lon") is None:
        return None
    name = f"上次出发处({habit['at']:%m-%d})"
    return {"lon": round(habit["lon"], 4), "lat": round(habit["lat"], 4), "name": name}


def _usual_hours(habit: Mapping[str, Any]) -> tuple[str, str]:
    """HOURS, but for a crew that usually sets out outside of them: when it does, in half hours.

    >>> _usual_hours({"patrols": 9, "early": 1205, "usual": 1230, "late": 1260, "lasts": 110})
    ('20:00', '23:00')
    >>> _usual_hours({"patrols": 9, "early": 500, "usual": 540, "late": 800, "lasts": 110})
    ('08:30', '17:30')
    """
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in HOURS)
    if (habit.get("patrols") or 0) < FEWEST or first - 60 <= habit["usual"] < last:
        return HOURS
    begin = habit["early"] // 30 * 30
    finish = min(-(-(habit["late"] + (habit["lasts"] or 0)) // 30) * 30, begin + 1410)
    return _clock(begin), _clock(max(finish, begin + 30))


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _check_places(one: Told, city: City) -> None:
    places = [one["start"], one["end"], *(stop["place"] for stop in one["appointments"])]
    places += [place for stop in one["breaks"] for place in stop["places"]]
    west, south, east, north = city.bounds
    for place in places:
        if place and not (west <= place["lon"] <= east and south <= place["lat"] <= north):
            raise BadInput(
                f"巡查组 {one['crew']!r} 的地点({place['lon']:g}, {place['lat']:g})在平台范围之外:"
                f"经度应为 {west:g} 至 {east:g},纬度 {south:g} 至 {north:g}(经度在前)。"
            )


def _crew_day(one: Mapping[str, Any], day: date, city: City) -> CrewDay:
    zone = city.zone
    since, until = _span((one["from"], one["to"]), day, zone)
    now_s = max(since, one.get("since_s") or since)
    hours, within = (now_s, max(now_s, until)), Within((since, until), now_s, day, city, one["name"])
    started_s = one.get("started_s")
    started_s = started_s if started_s and local_date(started_s, zone) == day else None
    return CrewDay(
        code=one["crew"],
        name=one["name"],
        mode=one["mode"],
        posts=frozenset(one["posts"]),
        day=day,
        from_s=hours[0],
        to_s=hours[1],
        start=_metric(one["start"], city),
        end=_metric(one["end"], city),
        most_m=_left_m(one, today=started_s is not None),
        breaks=tuple(_break(stop, within) for stop in one["breaks"] if not within.over(stop)),
        appointments=tuple(_appointment(stop, within) for stop in one["appointments"] if not within.over(stop)),
        started_s=started_s,
    )


def _left_m(one: Mapping[str, Any], *, today: bool) -> float:
    """How far a crew may still go, of the day that is under way less what it has gone.

    >>> _left_m({"most_m": 20000.0, "gone_m": 6000}, today=True), _left_m({"most_m": None}, today=True)
    (14000.0, inf)
    """
    if one["most_m"] is None:
        return float("inf")
    return float(max(0.0, one["most_m"] - (one.get("gone_m") or 0 if today else 0)))


def _span(clocks: tuple[str, str], day: date, zone: ZoneInfo, after_s: float | None = None) -> tuple[float, float]:
    """Two times of a day in Unix seconds, the second after the first; a day later where they end before an instant.

    >>> _span(("22:00", "06:00"), date(2026, 6, 1), ZoneInfo("Asia/Shanghai"))
    (1780322400.0, 1780351200.0)
    """
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in clocks)
    last += 1440 if last <= first else 0
    spans = [(instant(day, first + more, zone), instant(day, last + more, zone)) for more in (0, 1440)]
    return spans[1] if after_s is not None and spans[0][1] <= after_s else spans[0]


class Within(NamedTuple):
    """A crew's hours, of which so much is left from now_s on; in which its pauses and appointments have to lie."""

    hours: tuple[float, float]
    now_s: float
    day: date
    city: City
    whose: str

    def over(self, stop: Mapping[str, Any]) -> bool:
        """Whether it is too late for something by now: what a day under way has behind it."""
        return self.now_s > self.hours[0] and self._span(stop)[1] < self.now_s + stop["minutes"] * 60

    def span(self, stop: Mapping[str, Any]) -> tuple[float, float, float]:
        """When something may begin and must be over, and its seconds; raises BadInput where it does not fit."""
        first, last = self._span(stop)
        if first + stop["minutes"] * 60 > last:
            raise BadInput(
                f"巡查组 {self.whose} 的 {stop['from']}–{stop['to']} {stop['minutes']:g} 分钟放不进它的班次:"
                "请放宽时段或缩短时长。"
            )
        return first, last, stop["minutes"] * 60

    def _span(self, stop: Mapping[str, Any]) -> tuple[float, float]:
        first, last = _span((stop["from"], stop["to"]), self.day, self.city.zone, self.hours[0])
        return max(first, self.now_s), min(last, self.hours[1])


def _break(stop: Mapping[str, Any], within: Within) -> Break:
    places = tuple(place for place in (_metric(one, within.city) for one in stop["places"]) if place)
    return Break(*within.span(stop), places)


def _appointment(stop: Mapping[str, Any], within: Within) -> Appointment:
    return Appointment(stop["name"], _metric(stop["place"], within.city) or (0.0, 0.0), *within.span(stop))


def _metric(place: Mapping[str, Any] | None, city: City) -> tuple[float, float] | None:
    if place is None:
        return None
    x, y = transformer(WIRE, city.metric_crs).transform(place["lon"], place["lat"])
    return float(x), float(y)
