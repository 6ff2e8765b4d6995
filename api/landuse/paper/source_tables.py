"""What an answer stands on: the corners of the outline, the editions consulted; and what differs from another date."""

from itertools import islice

from api.landuse.paper import words
from api.landuse.paper.conflict_tables import STATES
from api.landuse.paper.corners import corners_of
from api.landuse.paper.table import AREA, Column, Table
from api.landuse.paper.words import Json, areas
from api.landuse.words import OWNERSHIP

__all__ = ["compared", "corner_table", "editions"]

_NAMES = {"class_code": "地类编码", "scheme": "分类体系", "ownership": "权属", "owner": "权属单位", "name": "名称",
          "deduct_ratio": "扣除系数", "kind": "类别", "level": "层级", "area_m2": "范围内面积(平方米)"}  # fmt: skip
_CHANGES = {"new": "新增", "gone": "消失", "altered": "变更"}


def corner_table(answer: Json, most: int | None = None) -> Table:
    """The corners, `most` rows at most."""
    system = words.system(answer["method"]["metric_crs"])
    columns = (Column("圈", width=2.2, fold=True), Column("界址点号", width=1.6), Column("X 北(米)", "mm", 2.6),
               Column("Y 东(米)", "mm", 2.6), Column("边长(米)", "m", 1.8))  # fmt: skip
    note = f"坐标系:{system}。每圈末行回到起点;边长为到下一点的平面距离。"
    return Table("界址点", "范围界址点成果表", columns, list(islice(corners_of(answer), most)), note=note)


def editions(answer: Json) -> Table:
    """The imports that were consulted, layer by layer."""
    rows = [
        (words.title_of(one), one["edition"], one["valid_from"],
         one["imported_at"], one["source"], one["features"], "示例" if one["sample"] else "")
        for one in answer["editions"]
    ]  # fmt: skip
    columns = (Column("图层", width=2.4), Column("版次", width=3), Column("现状日期", width=2.3),
               Column("入库", "time", 3), Column("来源", width=4, fold=True), Column("查阅要素", "count", 1.6),
               Column("备注", width=1.2, fold=True))  # fmt: skip
    return Table("资料", "资料与版次", columns, rows, empty="没有查阅任何图层。")


def compared(answer: Json) -> list[Table]:
    """What differs from the other date that was asked for; none where none was."""
    told = answer["compared"]
    return [_moved(told), _zones(told), _altered(told)] if told else []


def _moved(told: Json) -> Table:
    rows = [(_class(one, "from"), _class(one, "to"), *areas(one["area"])) for one in told["classes"]]
    columns = (Column("原地类", width=4), Column("现地类", width=4), *AREA)
    return Table("对比地类", "地类变化", columns, rows, empty="地类没有变化。")


def _class(one: Json, side: str) -> str:
    return " ".join(filter(None, [one[side], one[f"{side}_name"]]))


def _zones(told: Json) -> Table:
    rows = [
        (one["name"], STATES.get(one["state_before"], ""), areas(one["before"])[0],
         STATES.get(one["state_after"], ""), areas(one["after"])[0], one["change_m2"])
        for one in told["zones"]
    ]  # fmt: skip
    columns = (Column("控制区", width=3), Column("原情况", width=2.4), Column("原重叠(平方米)", "m2", 3),
               Column("现情况", width=2.4), Column("现重叠(平方米)", "m2", 3),
               Column("变化(平方米)", "m2", 3))  # fmt: skip
    return Table("对比控制区", "控制区变化", columns, rows, empty="控制区没有变化。")


def _altered(told: Json) -> Table:
    rows = [
        (one["title"], words.named(one), _CHANGES.get(one["what"], one["what"]), _fields(one["fields"]))
        for one in told["features"]
    ]
    columns = (
        Column("图层", width=2),
        Column("要素", width=4),
        Column("变化", width=1.4),
        Column("字段:原 → 现", width=6),
    )
    return Table("对比要素", "要素变化", columns, rows, empty="要素没有变化。")


def _fields(changed: Json) -> str:
    told = ((name, *map(_value, (before, after))) for name, (before, after) in changed.items())
    return ";".join(f"{_NAMES.get(name, name)} {before} → {after}" for name, before, after in told)


def _value(value: object) -> str:
    if isinstance(value, float):
        return words.number(value, 2)
    return "(空)" if value is None else str(OWNERSHIP.get(str(value), value))
