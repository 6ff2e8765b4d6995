"""Taking in an observation once, and changing it without losing what it was."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.access.reader import Reader
from api.answers.wording import shown
from api.observations.handed import Change, Found
from api.observations.kinds import Sort, sort_of
from api.observations.place import placed
from api.observations.state import Acting, Standing, moved
from api.observations.times import Span, found_fault, standing_fault
from api.sightings.targets import City, read_city
from api.tracks.moments import moment
from layers import query
from layers.errors import BadInput, Conflict, NotFound

_TEXTS = ("name", "place", "note")


@dataclass(frozen=True)
class Actor:
    """Who acts, when, in which city."""

    reader: Reader
    now: datetime
    city: City


def actor(connection: Connection, reader: Reader, now: datetime) -> Actor:
    """The reader as someone who acts now, in the deployment's city."""
    return Actor(reader, now, read_city(connection))


def create(connection: Connection, found: Found, who: Actor) -> tuple[str, bool]:
    """The code of a new observation, and whether it is new: one sent again under its key is not.

    Raises Conflict where the key came with other content before, BadInput for what cannot be.
    """
    if found.key is not None:
        # Of what was meant, not of the bytes: a phone may write the same JSON in another order.
        sha256 = hashlib.sha256(found.model_dump_json().encode()).hexdigest()
        if query.value(connection, "observation/key_claim", key=found.key, sha256=sha256) is None:
            return _under_key(connection, found.key, sha256), False
    row = query.rows(connection, "observation/insert", None, **_fresh(connection, found, who))[0]
    if found.key is not None:
        query.execute(connection, "observation/key_used", key=found.key, observation_id=row["id"])
    return str(row["code"]), True


def held(connection: Connection, code: str) -> RowMapping:
    """One observation as it stands, kept from others until the transaction ends; raises NotFound."""
    found = query.rows(connection, "observation/held", None, code=code)
    if not found:
        raise missing(code)
    return found[0]


def known(connection: Connection, code: str) -> None:
    """Raises NotFound where no observation has this code."""
    if not query.rows(connection, "observation/page", None, code=code):
        raise missing(code)


def missing(code: str) -> NotFound:
    """The error for a code that no observation has today."""
    return NotFound(f"没有编码为 {shown(code)} 的发现:可用的见 /observations。")


def change(connection: Connection, before: RowMapping, asked: Change, who: Actor) -> None:
    """Change an observation that is `held`; what is not named stays. Raises BadInput for what cannot be."""
    said = asked.model_fields_set
    sort = _resorted(connection, before, asked)
    state = moved(
        Standing(*(before[name] for name in ("state", "post_code", "due_at", "settled_at", "settled_by"))),
        _asked(asked, asked.state or before["state"], who),
        Acting(who.reader.name, who.now, sort.due_hours),
    )
    _check_post(connection, state.post_code if "post" in said else None, who)
    moves = {"lon", "lat"} & said
    at = placed(asked.lon, asked.lat, asked.datum, who.city.bounds) if moves else (before["lon"], before["lat"])
    told = {name: getattr(asked, name) if name in said else before[name] for name in _TEXTS}
    query.execute(
        connection,
        "observation/change",
        None,
        id=before["id"],
        family=sort.family,
        kind=sort.kind,
        grade=asked.grade or before["grade"],
        lon=at[0],
        lat=at[1],
        **told,
        **_checked(state, before["found_at"], who),
    )


def _under_key(connection: Connection, key: str, sha256: str) -> str:
    row = query.rows(connection, "observation/key_held", None, key=key)[0]
    if row["sha256"] != sha256:
        raise Conflict(f"标识 {shown(key)} 已用于另一条发现 {row['code']}:内容不同的请换一个标识,要修改请用 PATCH。")
    return str(row["code"])


def _fresh(connection: Connection, found: Found, who: Actor) -> dict[str, Any]:
    sort = sort_of(connection, found.family, found.kind)
    found_at = _moment(found.found_at, "found_at", who) or who.now
    patrol = _patrol(connection, found.patrol) if found.patrol is not None else None
    span = Span(patrol["code"], patrol["begins_at"], patrol["ends_at"]) if patrol else None
    _refuse(found_fault(found_at, who.now, who.city.zone, span))
    at = placed(found.lon, found.lat, found.datum, who.city.bounds)
    state = moved(
        Standing(), _asked(found, found.state, who), Acting(who.reader.name, max(who.now, found_at), sort.due_hours)
    )
    _check_post(connection, state.post_code, who)
    return {
        **{name: getattr(found, name) for name in _TEXTS},
        "family": sort.family,
        "kind": sort.kind,
        "grade": found.grade,
        "source": _source(found, patrol),
        "found_at": found_at,
        "reporter": found.reporter or who.reader.name,
        "patrol_code": patrol["patrol_code"] if patrol else None,
        "lon": at.lon,
        "lat": at.lat,
        **_checked(state, found_at, who),
    }


def _asked(told: Found | Change, state: str, who: Actor) -> Standing:
    due_at, settled_at = (_moment(getattr(told, name), name, who) for name in ("due_at", "settled_at"))
    return Standing(state, told.post, due_at, settled_at, told.settled_by)


def _checked(state: Standing, found_at: datetime, who: Actor) -> dict[str, Any]:
    """The standing as columns; raises BadInput where its times cannot be."""
    _refuse(standing_fault(found_at, state.due_at, state.settled_at, now=who.now, zone=who.city.zone))
    return asdict(state)


def _refuse(fault: str | None) -> None:
    if fault:
        raise BadInput(f"{fault}。")


def _resorted(connection: Connection, before: RowMapping, asked: Change) -> Sort:
    """What the observation is afterwards. A new family alone leaves no kind; a new kind alone brings its family."""
    if asked.kind is not None:
        return sort_of(connection, asked.family, asked.kind)
    if asked.family is not None and asked.family != before["family"]:
        return sort_of(connection, asked.family, None)
    return sort_of(connection, before["family"], None if "kind" in asked.model_fields_set else before["kind"])


def no_patrol(code: str) -> BadInput:
    """The error for a code that no patrol has, or none that may be named: a guess is not confirmed."""
    return BadInput(f"没有编码为 {shown(code)} 的巡查:请先提交轨迹,或去掉 patrol。")


def _patrol(connection: Connection, code: str) -> RowMapping:
    found = query.rows(connection, "observation/patrols_named", None, codes=[code])
    if not found:
        raise no_patrol(code)
    return found[0]


def _source(found: Found, patrol: RowMapping | None) -> str:
    if patrol is not None:
        return found.source or ("drone" if patrol["mode"] == "drone" else "patrol")
    if found.source is None:
        raise BadInput("没有说从哪里发现:请给出来源 source,或巡查编码 patrol。")
    return found.source


def _check_post(connection: Connection, post_code: str | None, who: Actor) -> None:
    if post_code is None:
        return
    day: date = who.now.astimezone(who.city.zone).date()
    if not query.rows(connection, "post/post_known", None, codes=[post_code], day=day):
        raise BadInput(f"没有编码为 {shown(post_code)} 的岗位:请先录入岗位,或核对编码。")


def _moment(text: str | None, name: str, who: Actor) -> datetime | None:
    if text is None:
        return None
    try:
        found = moment(text.strip(), who.city.zone)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        form = "2026-06-30T08:00:00+08:00 或 2026-06-30 08:00(按平台时区)"
        raise BadInput(f"{name} 的值 {shown(text)} 看不懂:应为时间,如 {form}。") from None
