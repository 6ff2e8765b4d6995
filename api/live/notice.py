"""What the database says happened: rows of a kind, by number; or positions, which are asked for as a whole."""

import json
from typing import NamedTuple, Self

FIX, PATROL, OBSERVATION = "fix", "patrol", "observation"
MANY = "many"


class Notice(NamedTuple):
    """Rows of a kind that changed alike; ids: None where they are too many to be named, or gone."""

    kind: str
    change: str
    ids: tuple[int, ...] | None

    @classmethod
    def of(cls, text: str) -> Self | None:
        """What a notice of channel city_live says; None for one that cannot be read.

        >>> Notice.of('{"kind": "patrol", "change": "opened", "ids": [7]}')
        Notice(kind='patrol', change='opened', ids=(7,))
        >>> Notice.of('{"kind": "fix"}')
        Notice(kind='fix', change='many', ids=None)
        """
        try:
            said = json.loads(text)
            ids = said.get("ids")
            read = cls(said["kind"], said.get("change", MANY), None if ids is None else tuple(map(int, ids)))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return read if read.kind in (FIX, PATROL, OBSERVATION) else None
