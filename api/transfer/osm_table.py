"""What of OpenStreetMap belongs to a layer, and as what: a table of tags in the layer's folder."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
    """A layer's table: rules, what stays out, field -> tags it is taken from as text, in metres or as a whole number,
    fixed values, and what fills fields that are still empty: for each the first rule that fits.
    """

    rules: tuple[Rule, ...]
    leaves: tuple[Rule, ...]
    texts: Mapping[str, tuple[str, ...]]
    metres: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, str]
    whole: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: tuple[Rule, ...] = ()

    @property
    def fields(self) -> list[str]:
        """The fields that it fills."""
        sets = [name for rule in (*self.rules, *self.also) for name in rule.sets or ()]
        return list(dict.fromkeys([*self.texts, *self.metres, *self.whole, *self.fixed, *sets]))

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

    def filled(self, told: Mapping[str, str | None], tags: Tags) -> dict[str, str | None]:
        """The fields told, and those still empty as the first rule of `also` that fits and knows each says.

        >>> bridge = Rule({"bridge": frozenset({"*"})}, sets={"level": "1"})
        >>> table = OsmTable((), (), {}, {}, {}, also=(bridge, Rule({}, sets={"level": "0"})))
        >>> [table.filled({"level": level}, {"bridge": "yes"})["level"] for level in (None, "2")]
        ['1', '2']
        """
        full = dict(told)
        for rule in self.also:
            if rule.fits(tags):
                full |= {name: value for name, value in (rule.sets or {}).items() if full.get(name) is None}
        return full

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
    texts, metres, whole = (
        {name: tuple(tags) for name, tags in told.get(form, {}).items()} for form in ("texts", "metres", "whole")
    )
    also = tuple(Rule(_tags(one), sets=one["sets"]) for one in told.get("also", []))
    leaves = tuple(Rule(_tags(one), why=one["why"]) for one in told.get("leave", []))
    return OsmTable(tuple(_rules(told)), leaves, texts, metres, told.get("fixed", {}), whole, also)


def _rules(told: Mapping[str, Any]) -> Iterator[Rule]:
    for one in told["rule"]:
        if one["draws"] not in ("line", "area"):
            raise KeyError(f"draws={one['draws']!r}")
        yield Rule(_tags(one), one["draws"], one["sets"])


def _tags(told: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in told["tags"].items()}
