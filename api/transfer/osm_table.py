"""What of OpenStreetMap belongs to a layer, and as what: a table of tags in the layer's folder."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from layers.catalogue import Catalogue, Layer
from layers.errors import BadFile, BadInput

__all__ = ["Draws", "OsmTable", "Rule", "osm_table", "osm_table_of"]

Draws = Literal["line", "area"]
Tags = Mapping[str, str]
_ANY = "*"


@dataclass(frozen=True)
class Rule:
    """Tags by their values, all of which must fit; and what an object that fits becomes, or why it stays out."""

    tags: Mapping[str, frozenset[str]]
    draws: Draws = "line"
    sets: Mapping[str, str] | None = None
    why: str = ""

    def fits(self, tags: Tags) -> bool:
        """Whether each tag of the rule is there with one of its values."""
        return all(key in tags and (_ANY in values or tags[key] in values) for key, values in self.tags.items())


@dataclass(frozen=True)
class OsmTable:
    """A layer's table: rules, what stays out, field -> tags it is taken from as text or in metres, fixed values."""

    rules: tuple[Rule, ...]
    leaves: tuple[Rule, ...]
    texts: Mapping[str, tuple[str, ...]]
    metres: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, str]

    @property
    def fields(self) -> list[str]:
        """The fields that it fills."""
        sets = [name for rule in self.rules for name in rule.sets or ()]
        return list(dict.fromkeys([*self.texts, *self.metres, *self.fixed, *sets]))

    @property
    def keys(self) -> list[str]:
        """The keys of which an object has one at least: the first of each rule."""
        return sorted({next(iter(rule.tags)) for rule in self.rules})

    def sets(self, tags: Tags, draws: Draws) -> Mapping[str, str] | None:
        """What an object becomes, drawn so: field -> value of the first rule that fits; None where none does.

        >>> lake = Rule({"natural": frozenset({"water"})}, "area", {"kind": "lake"})
        >>> OsmTable((lake,), (), {}, {}, {}).sets({"natural": "water", "name": "严东湖"}, "area")
        {'kind': 'lake'}
        """
        return next((rule.sets for rule in self.rules if rule.draws == draws and rule.fits(tags)), None)

    def why_left(self, tags: Tags) -> str | None:
        """Why an object with these tags stays out, or None."""
        return next((rule.why for rule in self.leaves if rule.fits(tags)), None)


def osm_table(layer: Layer) -> OsmTable | None:
    """The layer's table in the osm.toml of its folder; None where it has none. Raises BadFile for a broken one."""
    file = layer.folder / "osm.toml"
    if not file.exists():
        return None
    try:
        told = tomllib.loads(file.read_text("utf-8")).get(layer.id)
        return _table(told) if told else None
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise BadFile(f"对照表 {layer.folder.name}/{file.name} 有误:{error}。") from error


def osm_table_of(catalogue: Catalogue, layer: Layer) -> OsmTable:
    """The same; raises BadInput naming the layers that have one where this one has none."""
    table = osm_table(layer)
    if table is None:
        named = "、".join(one.id for one in catalogue.values() if osm_table(one))
        raise BadInput(f"图层 {layer.id}({layer.title.zh})没有 OpenStreetMap 对照表:能从 .osm.pbf 导入的有 {named}。")
    return table


def _table(told: Mapping[str, Any]) -> OsmTable:
    columns = {name: {field: tuple(tags) for field, tags in told.get(name, {}).items()} for name in ("texts", "metres")}
    leaves = tuple(Rule(_tags(one), why=one["why"]) for one in told.get("leave", []))
    return OsmTable(tuple(_rules(told)), leaves, columns["texts"], columns["metres"], told.get("fixed", {}))


def _rules(told: Mapping[str, Any]) -> Iterator[Rule]:
    for one in told["rule"]:
        if one["draws"] not in ("line", "area"):
            raise KeyError(f"draws={one['draws']!r}")
        yield Rule(_tags(one), one["draws"], one["sets"])


def _tags(told: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in told["tags"].items()}
