"""The colours and names of land classes and zones on paper: those of the layers' own style, which the map draws by."""

from typing import NamedTuple

from layers.catalogue import Catalogue

__all__ = ["GAP", "OUTLINE", "OVERLAP", "Look", "Looks", "looks_of"]

OUTLINE, GAP, OVERLAP = "#111111", "#7d7d7d", "#7a1fa2"
_BY_GROUP = {"farm": "crop", "built": "built"}
"""As which family a piece is drawn that does not say it."""
_HATCHES = {
    "permanent_farmland": (45.0, 1.8),
    "eco_redline": (135.0, 1.8),
    "urban_boundary": (0.0, 5.0),
    "blue": (90.0, 2.0),
    "green": (20.0, 2.2),
    "grey": (160.0, 2.2),
    "reserve": (70.0, 2.6),
    "non_concentrated": (110.0, 6.0),
}
"""Degrees and millimetres: told apart without colour, too."""
_OTHER = (30.0, 2.8)
_LIGHT = 0.31
"""So much of a colour is left around the outline."""


class Look(NamedTuple):
    """How something is drawn, and what the legend calls it.  angle_deg, every_mm: of its hatching."""

    name: str
    colour: str
    angle_deg: float = 0.0
    every_mm: float = 0.0

    @property
    def light(self) -> str:
        """Its colour on paper where it is not what is asked about.

        >>> Look("", "#e6d58a").light
        '#f7f2db'
        """
        parts = (int(self.colour[at : at + 2], 16) for at in (1, 3, 5))
        return "#" + "".join(f"{round(255 - (255 - part) * _LIGHT):02x}" for part in parts)


class Looks(NamedTuple):
    """The look of each family of land classes and of each kind of zone."""

    families: dict[str, Look]
    zones: dict[str, Look]

    def family(self, family: str | None, group: str | None) -> Look:
        """That of a piece; by its group where its family is not told."""
        return self.families.get(family or _BY_GROUP.get(group or "", "other"), self.families["other"])

    def zone(self, kind: str, name: str) -> Look:
        """That of a kind of zone, whichever it is."""
        return self.zones.get(kind, Look(name, "#5e5e5e", *_OTHER))


def looks_of(catalogue: Catalogue) -> Looks:
    """The looks that the style of layers `landuse` and `zone` says.

    >>> from layers.catalogue import read_catalogue
    >>> looks = looks_of(read_catalogue())
    >>> looks.family(None, "farm").name, looks.zone("eco_redline", "").colour
    ('耕地', '#b3261e')
    """
    families, zones = {}, {}
    for rule in catalogue["landuse"].style:
        if rule["type"] == "fill":
            families[rule["filter"][-1]] = Look(rule["metadata"]["legend"]["zh"], rule["paint"]["fill-color"])
    for rule in catalogue["zone"].style:
        if rule["type"] == "line":
            kind = rule["filter"][-1][-1]
            name = rule["metadata"]["legend"]["zh"]
            zones[kind] = Look(name, rule["paint"]["line-color"], *_HATCHES.get(kind, _OTHER))
    return Looks(families, zones)
