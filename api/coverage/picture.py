"""A picture of lines by how long ago they were last seen, in the colours of the map: both say the same."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from api.coverage.aged import Aged
from layers.catalogue import Catalogue, StyleRule
from layers.errors import BadInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path as Outline

__all__ = ["KINDS", "Caption", "Picture", "draw", "language", "matches", "nice_length_m"]

KINDS = (".png", ".svg")
FONTS = ("microhei", "notosanscjk", "notosanssc", "sourcehansans", "msyh", "simhei", "pingfang", "zenhei")
"""Parts of the names of font files, in order of preference; any other font with Chinese comes after them."""
SIZE_IN, DPI = (12.0, 9.0), 150
ZOOM = 13
"""At which zoom of the map the widths of lines are taken."""
NOT_SEEN = {"zh": "期内未看到", "en": "not seen in the period"}
INK = "#333333"


@dataclass(frozen=True)
class Caption:
    """The words of a picture: what it is, of when and within how many metres, and where it is from."""

    title: str
    about: str
    source: str


@dataclass(frozen=True)
class Picture:
    """What is to be drawn: pieces of a layer's lines, its words, and the waters beneath, in metres, for orientation.

    since_start: whether what was not seen in the period may have been seen before, and must not be called never seen.
    """

    layer: str
    aged: Aged
    caption: Caption
    waters: NDArray[np.object_]
    since_start: bool = False


def language() -> Literal["zh", "en"]:
    """'zh' where this machine has a font with Chinese, else 'en': what a picture's words have to be in."""
    return "zh" if _chinese_font() else "en"


def draw(path: Path, picture: Picture, catalogue: Catalogue) -> None:
    """Draw to a .png or .svg file; raises BadInput for another kind."""
    if path.suffix.lower() not in KINDS:
        raise BadInput(f"图片 {path.name!r} 的后缀应为 {' 或 '.join(KINDS)}。")
    with _written_in(_chinese_font()):
        from matplotlib.figure import Figure

        figure = Figure(figsize=SIZE_IN, dpi=DPI, layout="constrained")
        axes = figure.add_subplot()
        _ground(axes, picture.waters, catalogue)
        for rule in _rules(catalogue, picture.layer):
            _lines(axes, rule, picture)
        _frame(axes)
        axes.set_title(picture.caption.title, fontsize=17, loc="left", pad=24)
        axes.text(0, 1.01, picture.caption.about, transform=axes.transAxes, fontsize=10, va="bottom", color=INK)
        figure.supxlabel(picture.caption.source, fontsize=8, color=INK)
        if axes.get_legend_handles_labels()[0]:
            figure.legend(loc="outside right upper", fontsize=10, frameon=False, handlelength=3)
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)


def matches(condition: Sequence[Any], facts: Mapping[str, Any]) -> bool:
    """Whether a MapLibre filter, of the few kinds that the style of last_seen uses, holds for facts.

    >>> matches(["all", ["has", "days"], ["<", ["get", "days"], 3]], {"days": 2.5})
    True
    """
    operator, *rest = condition
    if operator == "all":
        return all(matches(one, facts) for one in rest)
    if operator == "has":
        return rest[0] in facts
    (_, name), limit = rest
    value = facts.get(name)
    if operator == "==":
        return bool(value == limit)
    return value is not None and bool(value < limit if operator == "<" else value >= limit)


def nice_length_m(width_m: float) -> float:
    """A round length, 1, 2 or 5 times a power of ten, of at most a fifth of a width: what a scale bar shows.

    >>> nice_length_m(14_000), nice_length_m(26.0)
    (2000.0, 5.0)
    """
    power = 10.0 ** np.floor(np.log10(width_m / 5))
    return float(max(step for step in (power, 2 * power, 5 * power) if step <= width_m / 5))


def _rules(catalogue: Catalogue, layer: str) -> list[StyleRule]:
    """The rules of the map for a layer; those of banks for one that the style does not know."""
    every = catalogue["last_seen"].style
    own = [rule for rule in every if ["==", ["get", "layer"], layer] in rule["filter"]]
    return own or [rule for rule in every if ["==", ["get", "layer"], "bank"] in rule["filter"]]


def _lines(axes: "Axes", rule: StyleRule, picture: Picture) -> None:
    """The pieces that a rule of the map is about, drawn as it says, with how long they are in the legend."""
    from matplotlib.collections import LineCollection

    aged, named = picture.aged, rule["filter"][1][2]
    own = np.flatnonzero([matches(rule["filter"], _facts(named, days)) for days in aged.days.tolist()])
    if not len(own):
        return
    paint = rule["paint"]
    dashes = tuple(paint.get("line-dasharray", ()))
    lines = LineCollection(
        [shapely.get_coordinates(shape) for shape in aged.shapes[own]],
        colors=paint["line-color"],
        linewidths=_width(paint["line-width"]),
        linestyles=[(0, dashes)] if dashes else "solid",
        capstyle="butt" if dashes else "round",
    )
    legend = rule.get("metadata", {}).get("legend")
    if legend:
        words = NOT_SEEN if picture.since_start and np.isinf(aged.days[own]).all() else legend
        lines.set_label(f"{words[language()]}  {aged.length_m[own].sum() / 1000:,.1f} km")
    axes.add_collection(lines)


def _facts(layer: str, days: float) -> dict[str, Any]:
    """What the map knows of such a piece."""
    if np.isnan(days):
        return {"layer": layer, "never": False, "unknown": True}
    return {"layer": layer, "never": True} if np.isinf(days) else {"layer": layer, "never": False, "days": days}


def _width(width: Any) -> float:
    """A width of the style at ZOOM: a number, or an interpolation that names it among its stops."""
    if not isinstance(width, list):
        return float(width)
    return float(dict(zip(width[3::2], width[4::2], strict=True))[ZOOM])


def _ground(axes: "Axes", waters: NDArray[np.object_], catalogue: Catalogue) -> None:
    """Waters beneath, in the map's colour; a river known by its line alone is left out."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import PathPatch

    areas = shapely.orient_polygons(shapely.get_parts(waters))
    outlines = [PathPatch(_outline(area)) for area in areas if area.geom_type == "Polygon"]
    colour = next(rule for rule in catalogue["water"].style if rule["type"] == "fill")["paint"]["fill-color"]
    axes.add_collection(PatchCollection(outlines, facecolors=colour, edgecolors="none"))


def _outline(area: shapely.Polygon) -> "Outline":
    """An oriented polygon as a path: islands are holes by the way their rings run."""
    from matplotlib.path import Path as Outline

    rings = (area.exterior, *area.interiors)
    return Outline.make_compound_path(*(Outline(shapely.get_coordinates(ring), closed=True) for ring in rings))


def _frame(axes: "Axes") -> None:
    axes.autoscale()
    axes.set_aspect("equal")
    axes.set_axis_off()
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    long_m = nice_length_m(max(east - west, 1.0))
    words = f"{long_m / 1000:g} km" if long_m >= 1000 else f"{long_m:g} m"
    low = south - (north - south) * 0.02
    axes.plot([west, west + long_m], [low, low], color=INK, linewidth=3, solid_capstyle="butt")
    axes.text(west + long_m / 2, low, words, ha="center", va="bottom", fontsize=10, color=INK)


def _written_in(font: Path | None) -> AbstractContextManager[None]:
    """Text in a font; what it lacks comes from the one that matplotlib brings along."""
    from matplotlib import font_manager, rc_context

    if font is None:
        return rc_context()
    font_manager.fontManager.addfont(font)
    name = font_manager.FontProperties(fname=font).get_name()
    return rc_context({"font.family": [name, "DejaVu Sans"], "svg.hashsalt": "huashan"})


@cache
def _chinese_font() -> Path | None:
    """The file of a font of this machine that has Chinese; None where there is none."""
    from matplotlib.font_manager import findSystemFonts
    from matplotlib.ft2font import FT2Font

    def rank(path: str) -> tuple[int, str]:
        name = Path(path).name.lower().replace("-", "")
        return next((place for place, known in enumerate(FONTS) if known in name), len(FONTS)), path

    for path in sorted(findSystemFonts(), key=rank):
        try:
            if FT2Font(path).get_char_index(ord("岸")):
                return Path(path)
        except (OSError, RuntimeError):
            continue
    return None
