"""What users read of checks: activities, kinds of zones, main groups, answers."""

from typing import NamedTuple

__all__ = ["ACTIVITIES", "ANSWERS", "GROUPS", "KINDS", "LAYERS", "OWNERSHIP", "SCHEMES", "STAMP", "Activity", "area"]

STAMP = "线索,非认定"
"""On every answer: what a check says is a clue, not a ruling."""
_M2_PER_HA, _M2_PER_MU = 10_000, 2000 / 3


class Activity(NamedTuple):
    """What is to be done on an outline, in both languages, and what it takes in."""

    zh: str
    en: str
    text: str


ACTIVITIES: dict[str, Activity] = {
    "build": Activity("建设", "Building", "建房、厂房、硬化场地等非农业建设"),
    "facility": Activity("设施农业", "Farm facilities", "大棚、畜禽舍、农机库等农业设施"),
    "road": Activity("修路", "Roads", "新建或拓宽道路"),
    "dig": Activity("取土采挖", "Digging", "取土、挖砂、采石"),
    "pond": Activity("挖塘养殖", "Fish ponds", "挖塘养鱼、水产养殖"),
    "trees": Activity("植树造林", "Planting trees", "植树、造林、种草皮与绿化苗木"),
    "crops": Activity("种粮种菜", "Crops", "种粮食、油料、蔬菜等"),
    "dump": Activity("堆放弃土", "Dumping soil", "堆土、弃渣、建筑垃圾"),
}
ANSWERS = {"no": "不可", "unknown": "不能判定", "ask": "须报批", "yes": "可"}
KINDS = {
    "permanent_farmland": "永久基本农田",
    "eco_redline": "生态保护红线",
    "urban_boundary": "城镇开发边界",
    "blue": "蓝线",
    "green": "绿线",
    "grey": "灰线",
    "reserve": "储备土地",
    "non_concentrated": "非集建区",
}
GROUPS = {"farm": "农用地", "built": "建设用地", "unused": "未利用地", None: "未定"}
OWNERSHIP = {"state": "国有", "collective": "集体", None: "未载明"}
SCHEMES = {"sandiao": "三调工作分类", "land_sea": "用地用海分类", "gb21010": "GB/T 21010—2017"}
LAYERS = {
    "landuse": ("地类图斑", "Land classes"),
    "zone": ("控制区", "Control zones"),
    "farmland": ("耕地复垦复种", "Farmland reclamation"),
    "project": ("重点项目", "Key projects"),
    "grid": ("网格", "Grids"),
}


def area(area_m2: float) -> dict[str, float]:
    """An area as answers tell it; 1 亩 = 2000/3 m².

    >>> area(2000.0)
    {'m2': 2000.0, 'ha': 0.2, 'mu': 3.0}
    """
    return {"m2": round(area_m2, 4), "ha": round(area_m2 / _M2_PER_HA, 6), "mu": round(area_m2 / _M2_PER_MU, 4)}
