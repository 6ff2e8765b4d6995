"""Who may be told which events, by the rules of the routes that tell the same; and asking, once for all who are told
the same.

    views_of(reader, gate)            what a reader is told beside tiles
    asked(connection, view, notices)  what those of one view are told, each with where it lies
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import admits
from api.live.event import Box, Key
from api.live.notice import FIX, MANY, OBSERVATION, PATROL, Notice
from api.observations.listed import LAYER, SEES_OBSERVATIONS, observation_rows
from api.observations.told import told
from api.patrols.told import told_row
from api.veil import listed, out
from api.veil.whose import sees_all
from layers.catalogue import Layer

NAMES = {FIX: "positions", PATROL: "patrol", OBSERVATION: "observation"}
"""The event that each kind of notice becomes."""
_MOST = 1000


class View(NamedTuple):
    """What everyone is told who is told the same of a kind; reader: any one of them, to ask as."""

    kind: str
    key: Key
    reader: Reader


class Found(NamedTuple):
    """An event's content; boxes: where it lies, None for anywhere."""

    data: dict[str, Any]
    boxes: tuple[Box, ...] | None = None


def tile_key(layer: Layer, reader: Reader) -> Key:
    """For whom changes of a layer's tiles are told.

    What is derived from patrols shows where a crew is, minute by minute: to who may not see them, it is told coarsely.
    """
    return ("coarse" if layer.derived and not sees_all(reader) else "tiles", layer.id)


def views_of(reader: Reader, gate: Gate) -> list[View]:
    """What a reader may be told beside tiles, as GET /positions, /patrols and /observations tell it.

    Who is told patrols behind a veil is told none as it happens: that it does is when somebody is out, on duty or not.
    """
    found = []
    if admits(out.SEES_POSITIONS, reader, open_read=gate.open_read):
        found.append(View(FIX, (FIX, (out.told_alike(reader), reader.roles)), reader))
    if admits(listed.SEES_PATROLS, reader, open_read=gate.open_read) and listed.sees_persons(reader):
        found.append(View(PATROL, (PATROL, (listed.told_alike(reader), reader.roles)), reader))
    if admits(SEES_OBSERVATIONS, reader, open_read=gate.open_read) and reader.may_read(gate.catalogue[LAYER]):
        found.append(View(OBSERVATION, (OBSERVATION, reader.roles), reader))
    return found


def asked(connection: Connection, view: View, notices: Iterable[Notice]) -> Iterator[Found]:
    """What those of a view are told of some notices, asked in a transaction on behalf of its reader."""
    own = [notice for notice in notices if notice.kind == view.kind]
    if view.kind == FIX and own:
        yield Found(out.positions_told(connection, view.reader))
        return
    for notice in own:
        if notice.ids is None:
            yield Found({"change": MANY, view.kind: None})
        elif view.kind == PATROL:
            yield from _patrols(connection, view.reader, notice.change, notice.ids)
        else:
            yield from _observations(connection, notice.change, notice.ids)


def _patrols(connection: Connection, reader: Reader, change: str, ids: Sequence[int]) -> Iterator[Found]:
    rows = listed.patrol_rows(connection, reader, (None, None), _MOST, numbers=ids)
    for row in sorted(rows, key=lambda row: int(row["patrol_id"])):
        yield Found({"change": change, PATROL: told_row(row)})


def _observations(connection: Connection, change: str, ids: Sequence[int]) -> Iterator[Found]:
    rows = observation_rows(connection, {"ids": list(ids)}, None, _MOST)
    if len(rows) < len(ids):
        # What is not valid any more cannot be named: the list has to be asked for.
        yield Found({"change": MANY, OBSERVATION: None})
    for row in sorted(rows, key=lambda row: int(row["id"])):
        place = (row["lon"], row["lat"], row["lon"], row["lat"])
        yield Found({"change": change, OBSERVATION: told(row)}, (place,))
