"""How much of what is said of duties rests on patrols of which nobody can tell which side of the water they were on."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from api.duties.accounts import Basis, DutyAccount, question
from api.duties.seen import Sight
from api.duties.sides import sided
from geo.duties.records import Sightings, WholeVisits
from geo.duties.scope import State
from geo.lines.multirange import Ranges, lengths

UNKNOWN = "city.side_unknown"


def side_unknown_m(connection: Connection, accounts: Sequence[DutyAccount], basis: Basis) -> list[float | None]:
    """Metres of each duty that were last seen, as the term ends, by a patrol whose side of the water cannot be told.

    Its track was gone before anyone asked for the same side. None for a duty that does not ask for it.
    """
    own = [place for place, one in enumerate(accounts) if sided(one.charge, one.charge.versions[-1])]
    asked = [
        question(accounts[place].charge, accounts[place].charge.versions[-1], (-np.inf, accounts[place].term[1]))
        for place in own
    ]
    seen = Sight(connection, basis.known_at).together([one._replace(table=UNKNOWN) for one in asked])
    found: list[float | None] = [None] * len(accounts)
    for place, one in zip(own, seen, strict=True):
        found[place] = _newest_m(accounts[place].account.state, one.rows, accounts[place].term[1])
    return found


def _newest_m(state: State, rows: Sightings | WholeVisits, end_s: float) -> float:
    """The length of the pieces of a state whose last time is that of one of these sightings."""
    if isinstance(rows, WholeVisits) or not len(rows.target):
        return 0.0
    piece, row = np.nonzero(
        (state.target[:, None] == rows.target)
        & (state.last_s[:, None] == np.minimum(rows.last_s, end_s))
        & (state.from_cm[:, None] < rows.to_cm)
        & (rows.from_cm < state.to_cm[:, None])
    )
    from_cm, to_cm = (
        np.maximum(state.from_cm[piece], rows.from_cm[row]),
        np.minimum(state.to_cm[piece], rows.to_cm[row]),
    )
    return float(lengths(Ranges(piece, from_cm, to_cm), len(state.target)).sum()) / 100
