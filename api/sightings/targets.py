"""The lines that patrols may see, of every layer with chainage, in metres and ready to be searched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from geo.coverage.sightings import Lines
from geo.tracks.verdict import Known
from layers import query
from layers.catalogue import Catalogue, Layer
from layers.crs import STORED, Bounds, project

Made = TypeVar("Made")


@dataclass(frozen=True)
class City:
    """What taking in a track needs to know of the deployment."""

    metric_crs: str
    bounds: Bounds
    zone: ZoneInfo


@dataclass(frozen=True)
class Target:
    """Lines of one layer: codes, lines and their shapes in metres in the same order."""

    layer: str
    codes: tuple[str, ...]
    lines: Lines
    shapes: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, dtype=object))


class Targets:
    """The lines of all layers, kept in memory and read again once one has changed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._layers = catalogue.line_layers
        self._held: dict[str, tuple[object, Target]] = {}
        self._known: tuple[list[Target], Known] | None = None
        self._made: dict[str, tuple[object, object]] = {}

    def read(self, connection: Connection, city: City) -> list[Target]:
        """What there is to be seen today."""
        return [self._read(connection, layer, city) for layer in self._layers]

    def known(self, targets: list[Target]) -> Known:
        """These lines as those by which the datum of a track is told; made anew only once one of them has changed."""
        held = self._known
        if (
            held is None
            or len(held[0]) != len(targets)
            or any(a is not b for a, b in zip(held[0], targets, strict=True))
        ):
            shapes = [np.empty(0, dtype=object), *(target.shapes for target in targets)]
            held = self._known = (targets, Known(np.concatenate(shapes)))
        return held[1]

    def kept(self, name: str, stamp: object, make: Callable[[], list[Made]]) -> list[Made]:
        """Something else made of lines, made anew only once its stamp has changed."""
        held = self._made.get(name)
        if held is None or held[0] != stamp:
            held = self._made[name] = (stamp, make())
        return cast(list[Made], held[1])

    def _read(self, connection: Connection, layer: Layer, city: City) -> Target:
        stamp = (city, *query.rows(connection, "patrol/target_stamp", {"table": view(layer)})[0].values())
        held = self._held.get(layer.id)
        if held is None or held[0] != stamp:
            held = (stamp, read_target(connection, layer, city))
            self._held[layer.id] = held
        return held[1]


def read_city(connection: Connection) -> City:
    """The deployment's facts."""
    facts = query.rows(connection, "patrol/intake_facts")[0]
    return City(facts["metric_crs"], Bounds(*facts["bounds"]), ZoneInfo(facts["timezone"]))


def read_target(connection: Connection, layer: Layer, city: City, codes: Sequence[str] | None = None) -> Target:
    """The lines of a layer that are valid today; only those of these codes, where given."""
    found = query.rows(
        connection, "patrol/target_lines", {"table": view(layer)}, codes=None if codes is None else list(codes)
    )
    degrees = shapely.from_wkb(np.array([bytes(row["geom"]) for row in found], dtype=object))
    shapes = project(degrees, STORED, city.metric_crs)
    return Target(layer.id, tuple(row["code"] for row in found), Lines(shapes), shapes)


def view(layer: Layer) -> str:
    """The view of what is valid today, such as city.bank_now."""
    return f"{layer.table}_now"
