"""Why a verdict is what it is, in sentences: by which rule, on which feature, how much, and what to do."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.landuse.words import ANSWERS, GROUPS, KINDS, OWNERSHIP, area
from geo.landuse.city import City
from geo.landuse.rules import Reason, Verdict

__all__ = ["verdict_told"]

Row = dict[str, Any]


def verdict_told(verdict: Verdict, city: City, features: Mapping[str, Sequence[Row]], pieces: Sequence[Row]) -> Row:
    """The verdict with its reasons, those that decide first. features: by layer; pieces: as answers tell them."""
    piece_of = {piece["id"]: piece["piece"] for piece in pieces}
    return {
        "answer": verdict.answer,
        "title": ANSWERS[verdict.answer],
        "reasons": [_reason(each, city, features, piece_of) for each in verdict.reasons],
    }


def _reason(reason: Reason, city: City, features: Mapping[str, Sequence[Row]], piece_of: Mapping[int, int]) -> Row:
    hits = []
    for hit in reason.hits:
        told = features[hit.layer][hit.feature] | {"area": area(hit.area_m2), "sliver": hit.sliver}
        if hit.layer == "landuse" and told["id"] in piece_of:
            told["piece"] = piece_of[told["id"]]
        hits.append(told)
    rule = reason.rule
    return {
        "answer": reason.answer,
        "rule": rule.code,
        "subject": _subject(reason),
        "text": _text(reason, city),
        "citation": rule.citation,
        "remedy": rule.remedy,
        "area": None if reason.area_m2 is None else area(reason.area_m2),
        "share": None if reason.share is None else round(reason.share, 6),
        "nearest_m": None if reason.nearest_m is None else round(reason.nearest_m, 3),
        "sliver": reason.state == "sliver",
        "state": reason.state,
        "decides": reason.decides,
        "rule_known_from": rule.known_from,
        "features": hits,
    }


def _subject(reason: Reason) -> str:
    """What the rule is about, as the table of rules writes it."""
    rule = reason.rule
    if rule.subject.startswith("zone_"):
        return f"zone:{reason.match}:{rule.subject.removeprefix('zone_')}"
    if rule.subject == "no_data":
        return f"no_data:{reason.match}"
    if rule.subject == "class":
        return "class:" + ";".join(each.partition(":")[2] for each in rule.match)
    if rule.subject in ("group", "ownership"):
        return f"{rule.subject}:{';'.join(rule.match)}"
    return {"plot": "farmland"}.get(rule.subject, rule.subject)


def _text(reason: Reason, city: City) -> str:
    """One sentence."""
    rule, what = reason.rule, _what(reason, city)
    if reason.state == "no_data":
        return f"没有{what}的图层数据,{'不能判定是否冲突' if reason.decides else '未核对这一项'}。"
    lead = f"{rule.text}:"
    if reason.state == "near":
        away = f"相距 {reason.nearest_m:.2f} 米,小于容差" if reason.nearest_m else "仅一线之隔"
        return f"{lead}毗邻{what}({away}),请核对边界。"
    if reason.area_m2 is None:
        return f"{rule.text}。"
    amount = _amount(reason.area_m2, reason.share or 0)
    if reason.state == "sliver":
        return f"{lead}涉及{what} {amount},仅为宽度小于容差的碎片,不作冲突,请核对边界。"
    if reason.state == "maybe":
        return f"{lead}可能涉及{what} {amount},须核实地类。"
    return f"{lead}涉及{what} {amount}。"


def _amount(area_m2: float, share: float) -> str:
    """An area beside its share of the outline, neither told as nothing, nor as all, where it is not.

    >>> _amount(2.64, 0.00014)
    '0.004 亩(2.6 平方米,占不足 0.1%)'
    >>> _amount(9784.3, 0.9997)
    '14.68 亩(9,784.3 平方米,占 99.9% 以上)'
    """
    rounded = f"{100 * share:.1f}%"
    part = {"0.0%": "不足 0.1%", "100.0%": " 100.0%" if share > 1 - 1e-6 else " 99.9% 以上"}.get(rounded, f" {rounded}")
    mu = area_m2 / (2000 / 3)
    mu_told = f"{mu:,.2f}" if mu >= 0.01 else f"{mu:.3f}" if mu >= 0.001 else f"{mu:.5f}"
    return f"{mu_told} 亩({area_m2:,.{1 if area_m2 >= 0.1 else 3}f} 平方米,占{part})"


def _what(reason: Reason, city: City) -> str:
    rule = reason.rule
    if rule.subject == "zone_outside":
        return f"{KINDS.get(reason.match or '', reason.match)}以外"
    if reason.match is not None:
        return KINDS.get(reason.match) or _REGISTERS.get(reason.match, reason.match)
    if rule.subject == "class":
        known = [(each, city.classes.at(*each.split(":", 1))) for each in rule.match]
        return "、".join(found.name if found else each for each, found in known)
    names: Mapping[str | None, str] = {"group": GROUPS, "ownership": {k: f"{v}土地" for k, v in OWNERSHIP.items()}}.get(
        rule.subject, {}
    )
    if names:
        return "、".join(names.get(each, each) for each in rule.match)
    return _NAMES.get(rule.subject, "")


_REGISTERS = {"street": "街道", "farmland": "耕地复垦复种", "project": "重点项目"}
_NAMES = {
    "plot": "耕地复垦复种图斑",
    "project": "重点项目用地",
    "gap": "地类未覆盖处",
    "outside": "本街道以外",
    "class_unknown": "地类不明处",
}
