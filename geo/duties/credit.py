"""Many duties, one walk (多员合一): what each patrol is credited with, for every duty that it may settle.

Nothing is divided: a walk along a bank in the right hours settles the river chief's duty, the forest warden's
and the night watch's at once, each by its own rule.
"""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from geo.duties.duty import Duty
from geo.duties.effective import Verdicts, verdicts
from geo.duties.records import Flags, Patrols, Sightings, WholeVisits
from geo.duties.scope import Scope

__all__ = ["Claim", "Credit", "credits_of"]


class Claim(NamedTuple):
    """A duty's versions, what it covers, and what was seen of the layer it asks for, at its reach and bound."""

    duties: Sequence[Duty]
    scope: Scope
    seen: Sightings | WholeVisits


class Credit(NamedTuple):
    """What one patrol is credited with for one duty: metres and targets that count, effective or why not."""

    patrol: int
    duty_code: str
    post_code: str
    metres: float
    targets: int
    share: float
    effective: bool
    reasons: tuple[str, ...]


def credits_of(claims: Sequence[Claim], patrols: Patrols, *, flags: Flags, zone: ZoneInfo) -> list[Credit]:
    """Every patrol's credit for every duty whose targets it saw, by patrol and then as the claims are given.

    A patrol that may not settle a duty, or saw its targets in other hours only, is listed with its reasons and
    credited with nothing. A patrol that saw nothing of a duty is not listed with it.
    """
    found = [
        credit
        for claim in claims
        for credit in _of_claim(
            claim, verdicts(claim.duties, claim.seen, patrols, scope=claim.scope, flags=flags, zone=zone)
        )
    ]
    return sorted(found, key=lambda credit: credit.patrol)


def _of_claim(claim: Claim, judged: Verdicts) -> list[Credit]:
    duty = claim.duties[0]
    listed = []
    for row, reasons in enumerate(judged.reasons):
        barred = "not_yours" in reasons or "wrong_mode" in reasons
        listed.append(
            Credit(
                int(judged.patrol[row]),
                duty.code,
                duty.post_code,
                0.0 if barred else float(judged.metres[row]),
                0 if barred else int(judged.targets[row]),
                0.0 if barred else float(judged.share[row]),
                bool(judged.effective[row]),
                reasons,
            )
        )
    return listed
