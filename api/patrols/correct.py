"""Putting right how a patrol is said to have gone: its mode, datum, crew or post, and all that follows from these.

The patrol keeps its number, code, fixes and place among the others. What it was known to be until now is kept in a row
of its own (city.patrol.superseded_by), with every sighting and flag that was known then, all of them ended: what was
known at an earlier instant is read there and judged as it was. Then the patrol is worked out anew from its raw fixes.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from api.database import Actor, Database
from api.patrols.accept import Intake, Outing, work_out
from api.patrols.assigned import check_assigned
from api.patrols.deposit import lock_device
from api.patrols.erase import refuse_erased
from api.patrols.opening import find, no_patrol
from api.patrols.receipt import Receipt, known_receipt
from api.patrols.rework import Surroundings, adjoining, lock_work, refresh_changed
from api.patrols.superseded import keep_before, touched_lines
from api.sightings.reaches import claim_reaches
from layers import query
from layers.errors import BadInput

__all__ = ["CORRECTABLE", "Corrected", "correct", "correct_in"]

CORRECTABLE = {"mode": "mode", "datum": "datum_declared", "crew": "crew", "post_code": "post_code"}
"""What can be corrected, and the column that keeps it."""


@dataclass(frozen=True)
class Corrected:
    """What a correction changes: each thing said, before and after; and what the patrol came to, before and after.

    kept_as: the code under which it stays what it was; None where nothing changed, or nothing was known of it yet.
    """

    code: str
    changes: Mapping[str, tuple[str | None, str | None]]
    before: Receipt
    after: Receipt
    kept_as: str | None = None


class _TriedOnly(Exception):
    """Raised to undo a transaction that was only tried."""


def correct_in(
    database: Database, who: Actor, intake: Intake, asked: tuple[str, Mapping[str, str | None]], *, dry_run: bool
) -> Corrected:
    """Correct a patrol in a transaction of its own, which a dry run undoes. asked: its code, and what is said."""
    with suppress(_TriedOnly), database.transaction(who, write=True) as connection:
        done = correct(connection, *asked, intake)
        if dry_run:
            raise _TriedOnly
    return done


def correct(connection: Connection, code: str, said: Mapping[str, str | None], intake: Intake) -> Corrected:
    """Correct a patrol in the caller's transaction. said: by the names of CORRECTABLE; None takes a crew or post away.

    The same again changes nothing. Raises NotFound, Conflict for a patrol that was erased, BadInput for what cannot be.
    """
    patrol = _held(connection, code, intake)
    wanted = _wanted(connection, patrol, said)
    number = int(patrol["patrol_id"])
    before = known_receipt(connection, number)
    changes = {name: (patrol[column], wanted[name]) for name, column in CORRECTABLE.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return Corrected(patrol["code"], {}, before, before)
    touched = touched_lines(connection, number)
    kept_as = keep_before(connection, number) if patrol["worked_at"] else None
    query.execute(connection, "patrol/patrol_correct", None, patrol_id=number, **wanted)
    _work_out_anew(connection, number, intake, touched)
    return Corrected(patrol["code"], changes, before, known_receipt(connection, number), kept_as)


def _held(connection: Connection, code: str, intake: Intake) -> RowMapping:
    """The patrol that a code leads to, as it is once nobody else can change it any more."""
    patrol = _there(connection, code)
    claim_reaches(connection, intake.reaches_m)
    lock_device(connection, patrol["device"])
    # It may have become part of another meanwhile; and until it is locked itself, be erased.
    lock_work(connection, [int(_there(connection, code)["patrol_id"])])
    return _there(connection, code)


def _there(connection: Connection, code: str) -> RowMapping:
    patrol = find(connection, code)
    if patrol is None:
        raise no_patrol(code)
    refuse_erased(patrol)
    return patrol


def _wanted(connection: Connection, patrol: RowMapping, said: Mapping[str, str | None]) -> dict[str, str | None]:
    """How the patrol is to have gone, once that is known to make sense."""
    wanted = {name: patrol[column] for name, column in CORRECTABLE.items()} | dict(said)
    if wanted["mode"] is None or wanted["datum"] is None:
        raise BadInput("巡查方式与坐标基准不可为空:不改的请不要给出。")
    # What is not said otherwise stays, though a phone sent it for a post that nobody has entered yet.
    mode, datum = str(wanted["mode"]), str(wanted["datum"])
    outing = Outing(mode, datum, crew=said.get("crew"), post_code=said.get("post_code"))
    check_assigned(connection, outing, patrol["device"])
    return wanted


def _work_out_anew(connection: Connection, patrol_id: int, intake: Intake, touched: Mapping[str, set[str]]) -> None:
    """Work the patrol out, what was last seen when, and leave those that adjoin it to the backlog."""
    reworked = work_out(connection, patrol_id, Surroundings.read(connection, intake.targets))
    changed = {layer: set(codes) for layer, codes in touched.items()}
    for layer, codes in reworked.changed.items() if reworked else ():
        changed.setdefault(layer, set()).update(codes)
    refresh_changed(connection, changed)
    for later in adjoining(connection, patrol_id):
        query.execute(connection, "patrol/backlog_add", None, patrol_id=later, fixes=0, not_stored="{}")
