"""What coverage is asked for: of which layer, when, within how many metres, counting which patrols and hours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.sightings.sides import BANK
from api.tracks.moments import Period, ends_of
from geo.duties.duty import Duty
from layers.catalogue import Catalogue, Layer
from layers.errors import BadInput


@dataclass(frozen=True)
class Counted:
    """Which patrols and hours count; None counts any.

    hours: windows of the local day, from and to in seconds, over 86,400 where one ends on the next day.
    weekdays: 1 Monday to 7, of the day that a window begins on. same_side: of banks only what was seen from their own
    side of the water. duty: the version whose rule this is, None for no duty's.
    """

    modes: tuple[str, ...] | None = None
    posts: tuple[str, ...] | None = None
    hours: tuple[tuple[int, int], ...] | None = None
    weekdays: tuple[int, ...] | None = None
    same_side: bool = False
    duty: Duty | None = None

    @classmethod
    def of(cls, duty: Duty) -> "Counted":
        """Which patrols and hours count for a duty: by its modes and windows, and who may settle it."""
        posts = {
            "own": (duty.post_code,),
            "delegates": (duty.post_code, *(duty.delegates or ())),
            "anyone": None,
        }[duty.settled_by]
        return cls(
            modes=tuple(duty.modes) if duty.modes else None,
            posts=posts,
            hours=tuple((start * 60, end * 60) for start, end in duty.windows) if duty.hours else None,
            weekdays=tuple(duty.weekdays) if duty.weekdays else None,
            same_side=duty.same_side,
            duty=duty,
        )

    def params(self) -> dict[str, object]:
        """As the statements of layers/coverage take it."""
        hours = self.hours
        return {
            "modes": _listed(self.modes),
            "posts": _listed(self.posts),
            "from_s": None if hours is None else [from_s for from_s, _ in hours],
            "to_s": None if hours is None else [to_s for _, to_s in hours],
            "weekdays": _listed(self.weekdays),
        }


ANY = Counted()


@dataclass(frozen=True)
class Asked:
    """One question about coverage. codes: only these targets. known_at: as known then, None for now.

    known_since: where tracks were erased before the reach was stored, the instant from which all is known, after the
    period's start; what was not seen is then unknown. zone: in which its times are told.
    """

    layer: Layer
    period: Period
    reach_m: float
    codes: tuple[str, ...] | None = None
    known_at: datetime | None = None
    counted: Counted = ANY
    known_since: datetime | None = None
    zone: ZoneInfo | None = None

    @property
    def sided(self) -> bool:
        """Whether only what was seen from the same side of the water counts: what is no bank has no sides."""
        return self.counted.same_side and self.layer.id == BANK

    def params(self) -> dict[str, object]:
        """As the statements of layers/coverage take it."""
        start, end = ends_of(self.period)
        return {
            "layer": self.layer.id,
            "start": start,
            "end": end,
            "reach_m": self.reach_m,
            "codes": _listed(self.codes),
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "untold": self.known_since is not None,
            **self.counted.params(),
        }


def line_layer(catalogue: Catalogue, layer_id: str) -> Layer:
    """The layer of that name; raises NotFound, or BadInput where it is not one of lines with chainage."""
    layer = catalogue[layer_id]
    if not layer.lines:
        names = "、".join(one.id for one in catalogue.line_layers)
        raise BadInput(f"图层 {layer_id[:40]!r} 没有桩号,算不出线覆盖:可用的有 {names}。")
    return layer


def coverage_layer(catalogue: Catalogue, layer_id: str) -> Layer:
    """The layer of that name; raises NotFound, or BadInput where patrols see nothing of it."""
    layer = catalogue[layer_id]
    why = catalogue.why_unseen(layer_id)
    if why:
        raise BadInput(f"{why}。")
    return layer


def known_tables(layer_table: str) -> dict[str, str]:
    """A layer's table and its history, as the statements name them."""
    return {"table": layer_table, "history": f"{layer_table}_history"}


def _listed(values: tuple[Any, ...] | None) -> list[Any] | None:
    return None if values is None else list(values)
