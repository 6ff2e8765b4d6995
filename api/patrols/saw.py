"""What one patrol saw, target by target, to be drawn at once; and trying a track out, of which nothing is kept."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.answers.times import said
from api.database import Actor, Database
from api.duties.credited import credits_told
from api.patrols.accept import Intake, Outing, Stored, with_work, work_out
from api.patrols.receipt import Receipt
from api.patrols.rework import Surroundings, lock_work
from api.patrols.told import told_plainly
from api.sightings.reaches import claim_reaches, default_reach
from api.sightings.targets import read_city, view
from api.tracks.track import RawTrack
from layers import query
from layers.catalogue import Catalogue

__all__ = ["Tried", "saw_told", "try_out"]

_TOLD = ("mode", "crew", "post_code", "started_at", "ended_at", "length_m", "flags", "stays", "legs")


class _TriedOnly(Exception):
    """Raised to undo a transaction that was only tried."""


@dataclass(frozen=True)
class Tried:
    """What would become of a track, and what its patrol would have seen; None where it would add no patrol."""

    receipt: Receipt
    saw: dict[str, Any] | None


def try_out(
    database: Database,
    who: Actor,
    intake: Intake,
    catalogue: Catalogue,
    given: tuple[RawTrack, Outing],
    *,
    now: datetime,
) -> Tried:
    """Take a track in and work it out as it would be, in a transaction that is then undone: nothing is stored.

    A track that came before is told as it is stored. Refusals are those of taking it in.
    """
    with suppress(_TriedOnly), database.transaction(who, write=True) as connection:
        stored = intake.store(connection, *given, now=now)
        receipt = _worked(connection, intake, stored)
        code = receipt.code if stored.patrol_id is not None or receipt.status == "known" else None
        tried = Tried(receipt, saw_told(connection, catalogue, code, intake.reaches_m) if code else None)
        raise _TriedOnly
    return tried


def _worked(connection: Connection, intake: Intake, stored: Stored) -> Receipt:
    if stored.patrol_id is None:
        return stored.receipt
    claim_reaches(connection, intake.reaches_m)
    lock_work(connection, [stored.patrol_id])
    return with_work(
        stored.receipt, work_out(connection, stored.patrol_id, Surroundings.read(connection, intake.targets))
    )


def saw_told(connection: Connection, catalogue: Catalogue, code: str, reaches_m: tuple[float, ...]) -> dict[str, Any]:
    """What the patrol of a code saw of every line, visited, is credited with and doubted for; with its legs.

    To those who may see persons: nothing is clipped. reaches_m: the deployment's, the first where none is stored yet.
    """
    patrol = dict(query.rows(connection, "patrol/patrol_one", None, code=code)[0])
    plainly, zone = told_plainly(connection, patrol), read_city(connection).zone
    reach_m = default_reach(connection, reaches_m)
    targets = []
    for layer in catalogue.line_layers:
        asked = {"layer": layer.id, "patrol_id": patrol["patrol_id"], "reach_m": reach_m}
        for row in query.rows(connection, "patrol/saw", {"table": view(layer)}, **asked):
            ends = {name: said(row[name], zone) for name in ("first_at", "last_at")}
            targets.append({"layer": layer.id, **row, **ends})
    return {
        **{name: plainly[name] for name in _TOLD},
        "reach_m": reach_m,
        "targets": targets,
        "visited": patrol["visited"],
        "credits": credits_told(connection, catalogue, patrol),
    }
