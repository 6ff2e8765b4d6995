"""The projects that the work report names, each with a made-up outline near a plausible place."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
import shapely.ops
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from seeds.drawing import curve, gridded, metres, random, roughened

YARD = np.array([(-1, -1), (0.1, -1.08), (1, -1), (1.05, 0.2), (1, 1), (-0.2, 0.94), (-1, 1)])
"""A crooked yard, two wide and two deep."""


@dataclass(frozen=True)
class Project:
    """One project site as drawn."""

    code: str
    name: str
    kind: str
    owner: str
    responsible: str
    stage: str
    start_on: date
    due_on: date
    obstacles: str | None
    shape: MultiPolygon


@dataclass(frozen=True)
class _Plan:
    name: str
    kind: str
    stage: str
    years: tuple[int, int]
    obstacles: str | None
    at_km: tuple[float, float]
    size_m: tuple[float, float]


# Names, and what holds a project up, are the work report's; kinds, stages, years and places are the sketch's own.
_PLANS = (
    _Plan("市委党校", "公共服务", "完工", (2022, 2024), None, (7.0, 9.35), (520, 360)),
    _Plan("市委党校周边后续管护", "环境提升", "管护", (2024, 2025), "周边秩序需持续管护", (7.35, 9.0), (260, 180)),
    _Plan("泰康总部", "产业", "在建", (2023, 2026), "土方转运", (8.3, 8.32), (360, 260)),
    _Plan("泰康项目二期", "产业", "拆迁", (2025, 2027), "拆迁未清零;管线迁改", (8.98, 8.25), (330, 260)),
    _Plan("光谷人民医院", "公共服务", "在建", (2022, 2025), "用电用水", (11.35, 7.25), (420, 300)),
    _Plan("光谷人民医院周边", "拆迁", "拆迁", (2025, 2026), "拆迁未清零", (11.0, 6.95), (300, 240)),
    _Plan("光谷人民医院配套楼", "集体产业", "在建", (2024, 2026), None, (11.75, 7.05), (150, 110)),
    _Plan("唐家湖地块", "拆迁", "拆迁", (2025, 2026), "拆迁未清零;土方转运", (12.6, 7.75), (480, 330)),
    _Plan("花山河项目", "水环境", "拆迁", (2025, 2027), "管线迁改", (8.7, 6.0), (0, 0)),
    _Plan("植物方舟", "设施农业", "投产运营", (2022, 2024), None, (14.6, 9.0), (300, 190)),
    _Plan("鸿蒙生态(武汉)创新中心", "产业", "招商入驻", (2024, 2025), None, (7.45, 7.65), (200, 150)),
    _Plan("山湖村乡村规划", "农文旅", "规划", (2024, 2027), "规划待批", (6.9, 10.35), (640, 420)),
    _Plan("还建社区商业", "集体产业", "在建", (2024, 2025), None, (9.7, 8.75), (190, 140)),
)


def projects(river: LineString, taken: BaseGeometry) -> list[Project]:
    """All named projects. river: 花山河, along which one lies; taken: water and roads, which are left out."""
    rng = random(50)
    return [_project(number, plan, river, taken, rng) for number, plan in enumerate(_PLANS, start=1)]


def _project(number: int, plan: _Plan, river: LineString, taken: BaseGeometry, rng: np.random.Generator) -> Project:
    outline = _along(river) if plan.name == "花山河项目" else _yard(plan, rng)
    free = shapely.get_parts(gridded(outline.difference(taken))[0])
    sites = [part for part in free if isinstance(part, Polygon) and part.area > 0.03 * outline.area]
    return Project(
        code=f"XM{number:02}",
        name=plan.name,
        kind=plan.kind,
        owner=f"示例建设单位 {number:02}",
        responsible=f"示例专班负责人 {number:02}",
        stage=plan.stage,
        start_on=date(plan.years[0], 3, 1),
        due_on=date(plan.years[1], 12, 31),
        obstacles=plan.obstacles,
        shape=MultiPolygon(sites),
    )


def _along(river: LineString) -> BaseGeometry:
    """A green belt along the middle of the river."""
    middle = shapely.ops.substring(river, 0.3, 0.58, normalized=True)
    return middle.buffer(75, cap_style="flat")


def _yard(plan: _Plan, rng: np.random.Generator) -> BaseGeometry:
    """A slightly crooked yard with worn corners, turned a little."""
    width, depth = plan.size_m
    corners = YARD * (width / 2, depth / 2)
    turn = rng.uniform(-0.5, 0.5)
    turned = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    ring = roughened(np.vstack([turned, turned[:1]]) + metres([plan.at_km])[0], rng, share=0.04, least_m=90)
    return Polygon(curve(ring[:-1], step_m=40, closed=True)).buffer(-8).buffer(8, join_style="mitre")
