"""What is carried over from month to month, so that a month's debt is told from its own sightings alone.

A state is used only while nothing before its instant has changed since it was kept: neither what was seen, nor what is
doubted, nor the duty and what it covers. Else, and for what was known at another time, all there is is read again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.duties.read import Charge
from geo.duties.debt import advance
from geo.duties.records import Sightings
from geo.duties.scope import State, never_seen
from layers import query

FORMAT = "3"
"""Part of every signature: raised where what a state means has changed."""


class Carried(NamedTuple):
    """A duty's state at an instant, Unix seconds (-inf: before everything), and when each post was last effective."""

    at_s: float
    state: State
    last_effective_s: Mapping[str, float]


def nothing_carried(charge: Charge) -> Carried:
    """The state before anything was seen."""
    return Carried(-np.inf, _blank(charge), {})


def _blank(charge: Charge) -> State:
    """What a duty covers, never seen; unknown where nobody can tell."""
    fresh = never_seen(charge.scope)
    if not len(charge.unknown.target):
        return fresh
    marked = advance(fresh, charge.unknown)
    return marked._replace(last_s=np.where(np.isfinite(marked.last_s), np.nan, marked.last_s))


def carried(connection: Connection, charges: Sequence[Charge], before_s: float, *, effective: bool) -> list[Carried]:
    """For each duty its newest state kept at or before an instant that still holds; else the one before everything."""
    held = [nothing_carried(charge) for charge in charges]
    steady = [
        place
        for place, charge in enumerate(charges)
        if len({(duty.reach_m, duty.same_side) for duty in charge.versions}) == 1
    ]
    some = [charges[place] for place in steady]
    found = query.rows(
        connection,
        "coverage/duty_states",
        None,
        duty_codes=[charge.versions[-1].code for charge in some],
        layers=[charge.layer for charge in some],
        reaches_m=[charge.versions[-1].reach_m for charge in some],
        signatures=[signature(charge) for charge in some],
        effective=effective,
        before=_instant(before_s),
    )
    for row in found:
        held[steady[row["place"]]] = _restored(some[row["place"]], row)
    return held


def _restored(charge: Charge, row: RowMapping) -> Carried:
    place = {code: number for number, code in enumerate(charge.codes)}
    target = np.array([place.get(code, -1) for code in row["target_codes"]], dtype=np.int64)[row["targets"]]
    from_cm, to_cm = (np.array(row[name], dtype=np.int64) for name in ("from_cm", "to_cm"))
    last_s = np.array(row["last_s"], dtype=np.float64)
    seen = np.isfinite(last_s) & (target >= 0)
    rows = Sightings(target, from_cm, to_cm, last_s, last_s, np.zeros(len(target), dtype=np.int64)).take(seen)
    return Carried(row["at_s"], advance(_blank(charge), rows), row["last_effective"])


def reading_began(connection: Connection) -> datetime:
    """When reading for states begins: nobody changes what they rest on until the caller's transaction ends."""
    query.execute(connection, "patrol/resight_lock")
    began: datetime = query.value(connection, "coverage/clock")
    return began


def keep(connection: Connection, charge: Charge, held: Carried, *, effective: bool, made_at: datetime) -> None:
    """Keep a duty's state at an instant, in place of any kept before; made_at: as `reading_began` told."""
    state = held.state
    query.execute(
        connection,
        "coverage/duty_state_keep",
        None,
        duty_code=charge.versions[-1].code,
        layer=charge.layer,
        effective=effective,
        signature=signature(charge),
        at=_instant(held.at_s),
        made_at=made_at.isoformat(),
        target_codes=list(charge.codes),
        targets=state.target.tolist(),
        from_cm=state.from_cm.tolist(),
        to_cm=state.to_cm.tolist(),
        last_s=state.last_s.tolist(),
        last_effective=json.dumps(dict(held.last_effective_s)),
    )


def signature(charge: Charge) -> str:
    """Digest of everything about a duty that its state rests on: its versions and the targets it covers."""
    scope = charge.scope
    said = repr((FORMAT, charge.versions, charge.layer, charge.codes, charge.known_since_s))
    digest = hashlib.sha256(said.encode())
    for column in (scope.target, scope.from_cm, scope.to_cm, scope.began_s, *charge.unknown[:3]):
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


def _instant(unix_s: float) -> str:
    if not np.isfinite(unix_s):
        return "infinity" if unix_s > 0 else "-infinity"
    return datetime.fromtimestamp(unix_s, UTC).isoformat()
