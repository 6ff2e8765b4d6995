"""What a plan takes over from an earlier one: its fixed pieces, or only what was left of its day."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np

from geo.duties.records import WHOLE_CM, Sightings
from geo.duties.scope import Scope, State, clipped
from geo.plan.city import City, DutyOwed

__all__ = ["fixed_pieces", "only_gaps"]

Range = tuple[int, int]
Places = Mapping[tuple[str, str], list[Range]]
"""By layer and code of a target: apart, in order, cm."""


def fixed_pieces(answer: Mapping[str, Any], routes: Iterable[str]) -> dict[str, str]:
    """Which pieces an answer holds on which route by hand, as far as those routes are there again."""
    there = set(routes)
    held = {piece["piece"]: piece["route"] for piece in answer["pieces"] if piece["fixed"] and piece["route"]}
    return {piece: route for piece, route in held.items() if route in there}


def only_gaps(city: City, answer: Mapping[str, Any]) -> City:
    """The city with nothing owed but where an answer planned to go: what was seen there since owes nothing any more."""
    places = _places(piece for piece in answer["pieces"] if piece["state"] == "planned")
    owed = [replace(duty, state=_within(duty, places)) for duty in city.duties]
    return replace(city, duties=tuple(owed))


def _places(pieces: Iterable[Mapping[str, Any]]) -> Places:
    rows = sorted((piece["layer"], piece["target"], *_range(piece)) for piece in pieces)
    return {key: _joined((row[2], row[3]) for row in some) for key, some in groupby(rows, key=lambda row: row[:2])}


def _range(piece: Mapping[str, Any]) -> Range:
    if piece["from_m"] is None:
        return 0, WHOLE_CM
    ends = sorted((round(piece["from_m"] * 100), round(piece["to_m"] * 100)))
    return ends[0], ends[1]


def _joined(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in order of their beginning as ones that lie apart.

    >>> _joined([(0, 10), (5, 20), (20, 30), (40, 50)])
    [(0, 30), (40, 50)]
    """
    found: list[Range] = []
    for low, high in ranges:
        if found and low <= found[-1][1]:
            low, high = found[-1][0], max(found.pop()[1], high)
        found.append((low, high))
    return found


def _within(duty: DutyOwed, places: Places) -> State:
    rows = [(number, *span) for number, code in enumerate(duty.codes) for span in places.get((duty.layer, code), ())]
    target, low, high = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    none = np.zeros(len(target))
    wanted = Sightings(target, low, high, none, none, np.zeros(len(target), dtype=np.int64))
    # Every piece of the state is a stretch here, so that each keeps when it was last seen.
    state = duty.state
    pieces = Scope(state.target, state.from_cm, state.to_cm, state.began_s, state.until_s, state.stretch)
    parts, row = clipped(wanted, pieces)
    return state.take(row)._replace(from_cm=parts.from_cm, to_cm=parts.to_cm)
