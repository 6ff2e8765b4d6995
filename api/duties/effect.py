"""What a duty would have come to in a period under another rule: by the same tracks, with nothing stored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from api.coverage.anew import ANEW, sightings_for
from api.coverage.asked import Asked, Counted
from api.duties.accounts import Basis, DutyAccount, accounts_of, ready
from api.duties.compared import Figures, figures_of, targets_told
from api.duties.read import Charge, charges_of, read_duties
from api.sightings.reaches import stored_reaches
from api.sightings.targets import view
from api.transfer.tables import DUTY
from api.versions.rows import Version, versions
from layers import query
from layers.catalogue import Catalogue
from layers.errors import BadInput, TooLarge

__all__ = ["Effect", "Trial", "effect_of"]

MOST_FIXES = 600_000
"""At a reach that is not stored; they take some ten seconds."""


class Trial(NamedTuple):
    """A duty as it might be: all that its table takes. days, term_s: of the period, up to now. now_s: Unix seconds."""

    fields: dict[str, Any]
    days: tuple[date, date]
    term_s: tuple[float, float]
    now_s: float


class Effect(NamedTuple):
    """Before and after, each None where the duty asks for nothing then; and by target. waiting: of what it is now.

    began: the day since which the new rule is taken to have been in force. anew: whether what was seen at its reach
    had to be worked out.
    """

    before: Figures | None
    after: Figures | None
    targets: list[dict[str, Any]]
    waiting: list[dict[str, object]]
    began: date
    anew: bool


def effect_of(connection: Connection, catalogue: Catalogue, trial: Trial, basis: Basis) -> Effect:
    """What a duty came to in a period, and what it would have, had the new rule been in force since it began.

    A duty that is not there yet is taken to begin with the period. Raises BadInput or TooLarge where what was
    seen at the new reach cannot be told, naming those that can.
    """
    code, days = trial.fields["code"], trial.days
    held = versions(connection, DUTY, {"code": code})
    began = min((one.valid_from for one in held if one.valid_from < days[1]), default=days[0])
    standing = read_duties(connection, catalogue, days, {"code": code}) if held else []
    known, waiting = ready(connection, standing)
    made = Version(trial.fields | {"valid_from": began.isoformat(), "valid_to": None}, "trial")
    tried = [_seen(connection, catalogue, one, basis) for one in charges_of(connection, catalogue, days, [made])]
    accounts = accounts_of(connection, [*known, *tried], trial.term_s, basis)
    before, after = accounts[: len(known)], accounts[len(known) :]
    names = _names(connection, catalogue, [*before, *after])
    return Effect(
        None if waiting else figures_of(before, basis, trial.now_s),
        figures_of(after, basis, trial.now_s),
        targets_told([] if waiting else before, after, names),
        waiting,
        began,
        any(one.sightings == ANEW for one in tried),
    )


def _seen(connection: Connection, catalogue: Catalogue, charge: Charge, basis: Basis) -> Charge:
    """The charge with where what was seen of it is found, worked out for it alone where that is not kept."""
    duty = charge.versions[-1]
    stored = stored_reaches(connection)
    if charge.whole:
        if stored and duty.reach_m not in stored:
            raise BadInput(
                f"面和点对象在可视距离 {duty.reach_m:g} 米处的所见没有存储,无法试算:"
                f"请用已存的 {_listed(stored)} 米,或先保存,几分钟后再看。"
            )
        return charge
    if not charge.codes:
        return charge
    asked = Asked(
        catalogue[charge.layer],
        (None, None),
        duty.reach_m,
        charge.codes,
        counted=Counted(same_side=duty.same_side),
        zone=basis.zone,
    )
    try:
        table = sightings_for(connection, asked, MOST_FIXES)
    except TooLarge as error:
        raise TooLarge(
            f"可视距离 {duty.reach_m:g} 米没有存储的所见,要重算的定位点太多:"
            f"请用已存的 {_listed(stored)} 米试算,或减少职责的对象。"
        ) from error
    return replace(charge, sightings=table) if table == ANEW else charge


def _listed(reaches_m: Sequence[float]) -> str:
    return "、".join(f"{reach_m:g}" for reach_m in reaches_m)


def _names(connection: Connection, catalogue: Catalogue, accounts: Sequence[DutyAccount]) -> dict[str, str]:
    """What the stretches are called, by code: of the layer that their duty is about, else of the one that is seen."""
    found: dict[str, str] = {}
    for account in accounts:
        for layer in {account.charge.layer, account.duty.layer}:
            rows = query.rows(
                connection,
                "duty/names_there",
                {"table": view(catalogue[layer])},
                codes=list(account.charge.stretches),
            )
            found |= {row["code"]: row["name"] for row in rows if row["name"]}
    return found
