"""Which layers there are: read from the folders themselves, so that adding a folder adds a layer."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from layers.errors import BadFile, NotFound

LAYERS_FOLDER = Path(__file__).parent
ROLES = ("viewer", "analyst", "patroller", "dispatcher", "landuse", "admin")
StyleRule = dict[str, Any]


class Words(NamedTuple):
    """A text in both languages of the screen."""

    zh: str
    en: str


@dataclass(frozen=True)
class Layer:
    """One layer: what layer.toml and style.json of its folder say about it.

    watched: whether what patrols see of its areas and points is kept; by_roads: of its areas by the roads inside them.
    keep_small: whether each of its areas is drawn where it is below a pixel, too, or as many as their area comes to.
    by_role: whether what its view tells of a feature depends on the reader's role.
    overlaid: the column whose values have areas of their own, one over another, as levels of grids; None where none do.
    event: fields that tell what happened from what else did at one place; none where a place has one feature.
    drawn: what only tiles tell of a feature, by field, as QGIS works it out of its columns; `shown`: if drawn at all.
    """

    id: str
    folder: Path
    table: str
    title: Words
    description: Words
    geometry: str
    group: Words
    source: Words
    order: int
    min_zoom: int
    max_zoom: int
    read: frozenset[str]
    write: frozenset[str]
    lines: bool = False
    derived: bool = False
    watched: bool = False
    by_roads: bool = False
    by_role: bool = False
    keep_small: bool = False
    overlaid: str | None = None
    event: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    drawn: Mapping[str, str] = field(default_factory=dict)
    style: tuple[StyleRule, ...] = ()

    @property
    def is_points(self) -> bool:
        """Whether all its features are points, which tiles draw as they are."""
        return self.geometry in ("Point", "MultiPoint")


class Catalogue(Mapping[str, Layer]):
    """Every layer by its id, in drawing order from the ground up."""

    def __init__(self, folder: Path, layers: list[Layer]) -> None:
        self.folder = folder
        self._layers = {layer.id: layer for layer in sorted(layers, key=lambda layer: (layer.order, layer.id))}

    def __getitem__(self, layer_id: str) -> Layer:
        try:
            return self._layers[layer_id]
        except KeyError:
            names = "、".join(self._layers)
            raise NotFound(f"没有图层 {layer_id[:80]!r}:现有 {names}。") from None

    def __contains__(self, layer_id: object) -> bool:
        return layer_id in self._layers

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    @property
    def line_layers(self) -> list[Layer]:
        """The layers whose lines are measured by chainage and seen by patrols."""
        return [layer for layer in self.values() if layer.lines]

    @property
    def watched_layers(self) -> list[Layer]:
        """The layers whose areas and points are seen by patrols, each visit as a whole."""
        return [layer for layer in self.values() if layer.watched and not layer.lines and not layer.derived]

    def why_unseen(self, layer_id: str, also: Sequence[str] = ()) -> str | None:
        """Why patrols see nothing of a layer of that name, without a full stop; None where they see something of it.

        also: layers that are seen as part of another, where whoever asks takes them for it.

        >>> read_catalogue().why_unseen("landuse")[:29]
        "图层 'landuse' 不记巡查所见,算不出覆盖:可用的"
        >>> read_catalogue().why_unseen("road") or read_catalogue().why_unseen("reach", ["reach"])
        """
        names = [*(layer.id for layer in (*self.line_layers, *self.watched_layers)), *also]
        if layer_id in names:
            return None
        return f"图层 {layer_id[:40]!r} 不记巡查所见,算不出覆盖:可用的有 {'、'.join(names)}"


def read_catalogue(folder: Path = LAYERS_FOLDER) -> Catalogue:
    """Every layer of every folder below `folder` that has a layer.toml; raises BadFile for a broken one."""
    return Catalogue(folder, [layer for toml in sorted(folder.glob("*/layer.toml")) for layer in _read_folder(toml)])


def branch_folders(folder: Path) -> list[Path]:
    """Every folder below `folder` that has migrations, map layer or not."""
    return sorted(path.parent for path in folder.glob("*/migrations"))


def _read_folder(toml: Path) -> list[Layer]:
    try:
        declared = tomllib.loads(toml.read_text("utf-8"))["layer"]
        style_file = toml.with_name("style.json")
        styles = json.loads(style_file.read_text("utf-8")) if style_file.exists() else {}
        return [_layer(toml.parent, entry, styles.get(entry["id"], [])) for entry in declared]
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadFile(f"图层说明 {toml.parent.name}/{toml.name} 有误:{error}。") from error


def _layer(folder: Path, entry: dict[str, Any], style: list[StyleRule]) -> Layer:
    low, high = entry["zoom"]
    return Layer(
        id=entry["id"],
        folder=folder,
        table=entry.get("table", f"city.{entry['id']}"),
        title=_words(entry["title"]),
        description=_words(entry["description"]),
        geometry=entry["geometry"],
        group=_words(entry["group"]),
        source=_words(entry["source"]),
        order=int(entry["order"]),
        min_zoom=int(low),
        max_zoom=int(high),
        read=_roles(entry["read"]),
        write=_roles(entry["write"]),
        lines=bool(entry.get("lines", False)),
        derived=bool(entry.get("derived", False)),
        watched=bool(entry.get("watched", False)),
        by_roads=bool(entry.get("by_roads", False)),
        by_role=bool(entry.get("by_role", False)),
        keep_small=bool(entry.get("keep_small", False)),
        overlaid=entry.get("overlaid"),
        event=tuple(entry.get("event", ())),
        fields=dict(entry.get("fields", {})),
        drawn=dict(entry.get("drawn", {})),
        style=tuple(style),
    )


def _words(entry: Mapping[str, str]) -> Words:
    return Words(zh=entry["zh"], en=entry["en"])


def _roles(names: list[str]) -> frozenset[str]:
    unknown = set(names) - set(ROLES)
    if unknown:
        raise ValueError(f"unknown roles {sorted(unknown)}")
    return frozenset(names) | {"admin"}
