"""A layer in figures and what moved in it, as tables; each row says of when it is, for rows are copied out."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.access.columns import Column
from api.figures.changes import SIZES as COMPARED
from api.figures.tables import Table

__all__ = ["change_tables", "sum_tables"]

Row = Mapping[str, Any]
CHANGES = {"added": "新增", "removed": "移除", "altered": "变更"}
OF_SUMS = ("layer", "at", "known_at", "by")
SIZES = ("length_m", "area_m2", "area_ha", "area_mu")
OF_CHANGES = ("layer", "from", "to", "known_at")
FEATURE = ("code", "name", "change", "words")
FIELD = ("field", "title", "before", "after", "before_words", "after_words", "moved_m")
ENDS = tuple(f"{name}_{end}" for name in COMPARED for end in ("before", "after"))
VERSION = ("valid_from", "valid_to", "edits", "known_from", "editions")
SHAPE = "geom"
HEADINGS = {
    "at": "日期", "by": "分组字段", "value": "值", "words": "名称", "count": "数量", "length_m": "长度(米)",
    "area_m2": "面积(平方米)", "area_ha": "面积(公顷)", "area_mu": "面积(亩)", "truncated": "未列全",
    "group_count": "组数", "code": "编码", "name": "名称", "change": "变化", "field": "字段", "title": "字段名称",
    "before": "原值", "after": "新值", "before_words": "原值名称", "after_words": "新值名称",
    "moved_m": "图形最大偏移(米)",
    "length_m_before": "原长度(米)", "length_m_after": "新长度(米)", "area_m2_before": "原面积(平方米)",
    "area_m2_after": "新面积(平方米)",
    "area_mu_before": "原面积(亩)", "area_mu_after": "新面积(亩)",
    "valid_from": "生效日期", "valid_to": "失效日期(不含)", "edits": "修改次数",
    "known_from": "最近入库时间", "editions": "版次", "made_by": "录入人", "added": "新增", "removed": "移除",
    "altered": "变更",
}  # fmt: skip


def sum_tables(told: Row, amounts: Sequence[Column]) -> list[Table]:
    """The groups, and on a second sheet the whole; where the layer is not divided, the whole alone."""
    sizes = [name for name in SIZES if told["total"][name] is not None]
    figures = ["count", *sizes, *(column.name for column in amounts)]
    headings = HEADINGS | {column.name: column.zh for column in amounts}
    of = {name: told[name] for name in OF_SUMS}
    name = f"{told['layer']}-summary"
    whole = {**of, **_flat(told["total"]), "group_count": told["group_count"], "truncated": told["truncated"]}
    groups = [{**of, **_flat(one), "truncated": told["truncated"]} for one in told["groups"]]
    columns = [*OF_SUMS, "value", "words", *figures, "truncated"]
    total = Table(name, [whole], [*OF_SUMS, *figures, "group_count", "truncated"], "合计", headings)
    return [Table(name, groups, columns, "分组", headings), total] if told["by"] else [total]


def change_tables(told: Row) -> list[Table]:
    """A row a field that changed, one for a shape, one for a feature that was added or removed; and the counts."""
    who = ["made_by"] if told["persons"] else []
    of = {name: told[name] for name in OF_CHANGES}
    rows = [{**of, **row, "truncated": told["truncated"]} for one in told["changes"] for row in _rows(one)]
    columns = [*OF_CHANGES, *FEATURE, *FIELD, *ENDS, *VERSION, *who, "truncated"]
    name = f"{told['layer']}-changes"
    counts = {**of, **told["counts"], "truncated": told["truncated"]}
    return [
        Table(name, rows, columns, "变化", HEADINGS | {"words": "经过"}),
        Table(name, [counts], [*OF_CHANGES, *told["counts"], "truncated"], "合计", HEADINGS),
    ]


def _flat(figures: Row) -> dict[str, Any]:
    words = figures.get("words")
    return {**figures, **figures["amounts"], "words": words and words["zh"]}


def _rows(change: Row) -> list[dict[str, Any]]:
    sizes = {name: change[name] for name in ENDS}
    feature = {name: change[name] for name in (*FEATURE, *VERSION)}
    feature |= {
        "change": CHANGES[change["change"]],
        "editions": ";".join(change["editions"]) or None,
        "made_by": ";".join(change.get("made_by", ())) or None,
    }
    if change["change"] != "altered":
        return [feature | sizes]
    fields = [feature | _field(field) for field in change["fields"]]
    shape = {"field": SHAPE, "title": "图形", "moved_m": change["moved_m"], **sizes}
    return [*fields, feature | shape] if change["redrawn"] else fields


def _field(field: Row) -> dict[str, Any]:
    words = {name: field[name] and field[name]["zh"] for name in ("before_words", "after_words")}
    return {"field": field["field"], "title": field["zh"], "before": field["before"], "after": field["after"], **words}
