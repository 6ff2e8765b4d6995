"""Rules held as data, and what a verdict is made of: no, unknown, ask or yes, with every reason.

The worst answer wins: no > unknown > ask > yes. Slivers and what is merely near are reasons that are told and do not
decide. Yes is only said when the base data cover the outline and there are data of every zone that a rule asks about.
"""

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["ANSWERS", "BUILT_IN", "SUBJECTS", "Hit", "Reason", "Rule", "Verdict"]

ANSWERS = ("no", "unknown", "ask", "yes")
"""Worst first."""
SUBJECTS = (
    "zone_inside", "zone_outside", "class", "group", "ownership", "plot", "project",
    "gap", "outside", "no_data", "class_unknown", "nothing",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule. activity: build, road …, or * for all. subject and match: what it is about:

    zone_inside, zone_outside   match: kinds of zones
    class                       match: scheme:beginning of a code (sandiao:01); other schemes by the crosswalk
    group                       match: farm, built, unused
    ownership                   match: state, collective
    plot, project               a farmland plot, a project; match is empty
    gap, outside                base data are missing; the outline leaves the district
    no_data, class_unknown      no data of a kind of zone that rules ask about; no class in a scheme that they ask about
    nothing                     no other reason decides: the default
    """

    code: str
    activity: str
    subject: str
    answer: str
    text: str
    match: tuple[str, ...] = ()
    citation: str = ""
    remedy: str = ""
    known_from: object = None


BUILT_IN = (
    Rule(
        "base-gap",
        "*",
        "gap",
        "unknown",
        "范围内有地类图斑未覆盖的地方,该处地类不明",
        remedy="请补充或核对地类图斑后再查",
    ),
    Rule(
        "base-outside",
        "*",
        "outside",
        "unknown",
        "范围超出本街道,街道以外没有数据",
        remedy="请向相邻街道或区级部门核查",
    ),
    Rule(
        "base-no-data",
        "*",
        "no_data",
        "unknown",
        "没有这类控制区的图层数据,不能判定是否冲突",
        remedy="请导入该图层后再查;本市不划这类控制区的,请停用问及它的规则(landuse_rule)",
    ),
    Rule("base-class", "*", "class_unknown", "unknown", "图斑的地类换算不到规则所用的分类", remedy="请核对地类编码"),
    Rule("base-nothing", "*", "nothing", "yes", "所查规则中没有不可或须报批的情形"),
)
"""What holds where the data have no rule of that subject for an activity."""


class Hit(NamedTuple):
    """A feature that a reason stands on: its layer and place there; area_m2: shared, 0 where near; distance_m."""

    layer: str
    feature: int
    area_m2: float
    sliver: bool
    distance_m: float


class Reason(NamedTuple):
    """Why. answer: of the rule, or what it comes to where it is not sure that it applies; rule: with its citation.

    state: overlap, sliver, near, maybe (a class that may or may not be meant) or no_data. decides: whether it counts.
    match: which of the rule's matches (a kind of zone). area_m2 and share: of the outline; None where no area is meant.
    """

    answer: str
    rule: Rule
    state: str
    decides: bool
    match: str | None
    area_m2: float | None
    share: float | None
    nearest_m: float | None
    hits: tuple[Hit, ...]


class Verdict(NamedTuple):
    """answer: the worst of the reasons that decide; reasons: those first, worst first, then the others."""

    answer: str
    reasons: tuple[Reason, ...]
