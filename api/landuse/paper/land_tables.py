"""What the land of an outline is: by class, group, owner, village; each of its pieces."""

from collections.abc import Iterable

from api.landuse.paper import words
from api.landuse.paper.table import AREA, SHARE, Column, Table
from api.landuse.paper.words import Json, areas
from api.landuse.words import GROUPS, OWNERSHIP

__all__ = ["classes", "cultivated", "grids", "groups", "owners", "ownership", "pieces"]

_LEVELS = {"street": "街道", "community": "社区", "village": "村", "unit": "单元网格"}
_SCHEMES = {"sandiao": "三调", "land_sea": "用地用海", "gb21010": "GB/T 21010"}


def classes(answer: Json, told: Json) -> Table:
    """The area by class in one scheme."""
    columns = (Column("地类编码"), Column("地类名称", width=4), Column("三大类"), *AREA, SHARE,
               Column("不确定(平方米)", "m2", 2.6, fold=True), Column("图斑数", "count", 1.5))  # fmt: skip
    rows = [
        (row["code"], f"{row['name']}{'(对应几类)' if row['ambiguous'] else ''}",
         GROUPS.get(row["group"], row["group"]), *areas(row["area"]), row["share"],
         areas(row["uncertain"])[0], row["pieces"])
        for row in told["rows"]
    ]  # fmt: skip
    note = [
        "“对应几类”:原地类在本体系中可归入几类,无法确定是哪一类,面积不按猜测拆分。"
        if any(row["ambiguous"] for row in told["rows"])
        else "",
        f"无对应地类的面积:{words.area(told['unmapped'])}。" if told["unmapped"]["m2"] else "",
    ]
    return Table(str(_SCHEMES.get(told["scheme"], told["scheme"])), told["title"], columns, rows, note="".join(note),
                 empty="本范围内没有这一分类体系的地类。")  # fmt: skip


def groups(answer: Json) -> Table:
    """The area by main group."""
    rows = [(GROUPS.get(row["group"], row["name"]), *areas(row["area"]), row["share"]) for row in answer["groups"]]
    return Table("三大类", "三大类", (Column("类别", width=4), *AREA, SHARE), rows)


def ownership(answer: Json) -> Table:
    """The area by who owns: the state or a collective."""
    rows = [(row["name"], *areas(row["area"]), row["share"]) for row in answer["ownership"]]
    return Table("权属", "权属性质", (Column("权属", width=4), *AREA, SHARE), rows)


def owners(answer: Json) -> Table:
    """The area by owner."""
    rows = [
        (row["owner"] or "未载明", OWNERSHIP.get(row["ownership"], row["ownership"] or "未载明"), *areas(row["area"]),
         row["share"])
        for row in answer["owners"]
    ]  # fmt: skip
    return Table("权属单位", "权属单位", (Column("权属单位", width=4), Column("权属"), *AREA, SHARE), rows)


def grids(answer: Json) -> Table:
    """The area by street, village and grid."""
    rows = [
        (row["code"], row["name"], _LEVELS.get(row["level"], row["level"]), *areas(row["area"]), row["share"])
        for row in answer["grids"]
    ]
    columns = (Column("编码", width=2.8), Column("名称", width=3), Column("层级", width=1.6), *AREA, SHARE)
    return Table("村与网格", "所在村(社区)与网格", columns, rows, empty="没有网格覆盖本范围。")


def cultivated(answer: Json) -> Table:
    """Cultivated land with and without the ridges between its fields."""
    told = answer["cultivated"]
    names = (("gross", "耕地毛面积(含田坎)"), ("ridges", "其中田坎等扣除"), ("net", "耕地净面积(不含田坎)"),
             ("net_most", "净面积上限"), ("without_ratio", "其中无扣除系数的毛面积"))  # fmt: skip
    rows = [(name, *areas(told[key])) for key, name in names if told.get(key)]
    if told.get("net_most") == told.get("net"):
        rows = [row for row in rows if row[0] != "净面积上限"]
    missing = (told.get("without_ratio") or {}).get("m2")
    note = "部分图斑没有扣除系数:净面积在上列净面积与上限之间,不按 0 扣除。" if missing else ""
    return Table("耕地", "耕地", (Column("项目", width=5), *AREA), rows, note=note)


def pieces(answer: Json) -> Table:
    """Each parcel that the outline cuts, with the version that was consulted."""
    rows = [
        (one["piece"], one["code"], f"{one['class_code']} {one['class_name'] or ''}".strip(),
         GROUPS.get(one["group"], one["group"]), OWNERSHIP.get(one["ownership"], one["ownership"]), one["owner"],
         one["deduct_ratio"], *areas(one["area"]), "碎片" if one["sliver"] else "", one["edition"], one["known_from"])
        for one in answer["pieces"]
    ]  # fmt: skip
    columns = (Column("序号", "count", 1.2), Column("图斑编号", width=5.2), Column("地类", width=3),
               Column("三大类", width=2), Column("权属", width=1.4), Column("权属单位", width=3.2),
               Column("扣除系数", "ratio", 2), *AREA, Column("备注", width=1.2, fold=True),
               Column("版次", width=1.8, fold=True, mark=True),
               Column("入库", "time", 2.8, fold=True, mark=True))  # fmt: skip
    sums = map(_sum, zip(*(areas(one["area"]) for one in answer["pieces"]), strict=True))
    total = ("合计", *[""] * 6, *sums, "", "", "")
    return Table("图斑", "地类图斑明细", columns, rows, total if rows else None, empty="没有地类图斑覆盖本范围。")


def _sum(values: Iterable[float | None]) -> float:
    return sum(value for value in values if value is not None)
