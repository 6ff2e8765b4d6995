"""The four waters of 一江一河两湖, and 北湖: sketched from their places and sizes, not traced from any map."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from seeds.drawing import Points, along, curve, finger, gridded, largest, metres, random, roughened, rounded, tongue

YANXI: Points = [
    (3.1, 9.0), (3.6, 9.7), (4.4, 9.9), (5.0, 10.5), (5.2, 11.3), (5.8, 11.8), (6.4, 11.3), (7.0, 11.8), (7.5, 11.4),
    (7.4, 10.7), (6.8, 10.2), (6.6, 9.5), (6.1, 8.9), (6.2, 8.2), (6.5, 7.4), (6.4, 6.8), (5.9, 6.5), (5.5, 7.0),
    (5.4, 7.8), (4.8, 8.4), (3.8, 8.3),
]  # fmt: skip
YANXI_ARMS: list[Points] = [
    [(6.4, 6.9), (6.75, 6.3), (6.85, 5.9)],
    [(7.3, 11.5), (8.0, 11.3), (8.5, 11.5)],
    [(6.7, 9.8), (7.4, 9.6), (7.8, 9.2)],
    [(5.4, 11.6), (5.0, 12.2), (4.9, 12.7)],
    [(3.4, 9.6), (2.8, 10.2), (2.6, 10.8)],
    [(5.6, 6.8), (5.0, 6.3), (4.8, 5.8)],
    [(3.6, 8.8), (2.8, 8.4), (2.3, 7.9)],
    [(7.2, 11.8), (7.5, 12.5), (8.0, 12.8)],
]
YANDONG: Points = [
    (11.8, 5.7), (12.4, 6.2), (13.1, 6.6), (13.5, 7.2), (14.1, 7.3), (14.6, 6.7), (15.2, 6.7), (15.9, 7.0), (16.3, 6.3),
    (15.9, 5.4), (15.1, 4.8), (14.3, 4.5), (13.5, 4.8), (12.8, 4.6), (12.1, 4.9),
]  # fmt: skip
YANDONG_ARMS: list[Points] = [
    [(13.8, 6.9), (13.95, 7.4), (14.0, 7.8)],
    [(12.2, 5.6), (11.5, 5.7), (10.9, 5.5)],
    [(15.8, 6.4), (16.4, 6.9), (16.6, 7.3)],
    [(15.6, 5.3), (16.3, 4.9), (16.8, 4.9)],
    [(12.6, 5.2), (12.0, 4.6), (11.6, 4.4)],
    [(14.4, 4.9), (14.6, 4.3), (14.4, 4.0)],
]
BEI: Points = [(8.3, 14.5), (8.8, 14.9), (9.4, 14.6), (9.9, 14.2), (9.7, 13.6), (9.2, 13.3), (8.8, 13.7), (8.4, 13.9)]
YANGTZE: Points = [
    (9.1, 21.1), (10.7, 19.1), (12.5, 16.4), (13.95, 13.5), (15.3, 11.15), (17.1, 9.35), (19.4, 8.75), (21.6, 9.3),
]  # fmt: skip
YANGTZE_HALF_KM = [0.62, 0.60, 0.55, 0.58, 0.64, 0.70, 0.66, 0.60]
HUASHAN_RIVER: Points = [
    (6.83, 6.1), (6.95, 5.9), (7.4, 5.85), (8.0, 6.1), (8.7, 6.0), (9.3, 6.3), (9.9, 6.35), (10.5, 6.8), (11.1, 6.9),
    (11.7, 7.3), (12.3, 7.4), (12.9, 7.8), (13.5, 7.95), (13.9, 7.8), (13.97, 7.6),
]  # fmt: skip


@dataclass(frozen=True)
class Water:
    """One water body as drawn: metres of the metric CRS."""

    code: str
    name: str
    kind: str
    shape: BaseGeometry
    width_m: float | None = None
    flow_deg: float | None = None


def waters() -> list[Water]:
    """All five waters; 花山河 is a line with its width, the others are areas. The same on every call."""
    yanxi, yandong = yanxi_lake(), yandong_lake()
    return [
        Water("CJ", "长江", "yangtze", MultiPolygon([yangtze()]), flow_deg=137.0),
        Water("HSH", "花山河", "river", MultiLineString([huashan_river()]), width_m=32.0),
        Water("YXH", "严西湖", "lake", MultiPolygon([yanxi])),
        Water("YDH", "严东湖", "lake", MultiPolygon([yandong])),
        Water("BH", "北湖", "pond", MultiPolygon([_lake(BEI, [], 5, islands=0)])),
    ]


def yanxi_lake() -> Polygon:
    """严西湖: about 13 km² with many narrow bays (湖汊) and three islands."""
    return _lake(YANXI, YANXI_ARMS, 3, islands=3)


def yandong_lake() -> Polygon:
    """严东湖: about 9 km², with two islands."""
    return _lake(YANDONG, YANDONG_ARMS, 4, islands=2)


def yangtze() -> Polygon:
    """The reach of the Yangtze along the north-east, flowing from the north-west to the south-east."""
    centre = curve(metres(YANGTZE), step_m=400)
    at = np.linspace(0, 1, len(centre))
    half = np.interp(at, np.linspace(0, 1, len(YANGTZE_HALF_KM)), YANGTZE_HALF_KM)[:, None] * 1000
    step = np.gradient(centre, axis=0)
    normal = np.column_stack([-step[:, 1], step[:, 0]]) / np.hypot(step[:, 0], step[:, 1])[:, None]
    rng = random(1)
    left = roughened(centre + normal * half, rng, share=0.05, least_m=90)
    right = roughened(centre - normal * half, rng, share=0.05, least_m=90)
    return largest(gridded(Polygon(np.vstack([left, right[::-1]])).buffer(0))[0])


def huashan_river() -> LineString:
    """花山河 from the south arm of 严西湖 to the north arm of 严东湖; both ends lie a little inside the lakes."""
    line = roughened(curve(metres(HUASHAN_RIVER), step_m=120), random(2), share=0.035, least_m=60)
    (drawn,) = gridded(LineString(curve(line, step_m=30)).simplify(0.5))
    return LineString(drawn.coords)


def _lake(body_km: Points, arms_km: list[Points], topic: int, *, islands: int) -> Polygon:
    rng = random(topic)
    body = Polygon(curve(metres(body_km), closed=True)).buffer(-130 if arms_km else 0)
    arms = [tongue(spine := curve(metres(arm), step_m=120), np.linspace(190, 85, len(spine))) for arm in arms_km]
    arm_area = shapely.union_all(arms)
    whole = largest(body.union(arm_area))
    bays, spits = _fingers(whole, rng, min(1.0, whole.area / 5e6))
    drowned = shapely.union_all([whole.difference(shapely.union_all(spits)), arm_area.buffer(-25), *bays])
    water = largest(rounded(drowned, 16))
    shore = roughened(np.asarray(water.exterior.coords), rng, share=0.07, least_m=25)
    outline = largest(rounded(Polygon(shore).buffer(0), 6).simplify(2.5))
    outline = Polygon(outline.exterior)
    return largest(gridded(outline.difference(shapely.union_all(_islands(outline, rng, islands))))[0])


def _fingers(whole: Polygon, rng: np.random.Generator, size: float) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    shore = shapely.LineString(shapely.normalize(whole).exterior.coords)
    bays: list[BaseGeometry] = []
    spits: list[BaseGeometry] = []
    at_m, outward = 0.0, True
    while at_m < shore.length - 250:
        spot, heading = along(shore, at_m)
        normal = heading + np.pi / 2
        inside = whole.contains(shapely.Point(spot + 20 * np.array([np.cos(normal), np.sin(normal)])))
        away = normal + np.pi if inside == outward else normal
        away += rng.uniform(-0.55, 0.55)
        root = spot - 90 * np.array([np.cos(away), np.sin(away)])
        length = (rng.uniform(160, 620) if outward else rng.uniform(180, 430)) * size + 90
        widths = (rng.uniform(90, 170), rng.uniform(35, 75)) if outward else (rng.uniform(80, 140), rng.uniform(35, 70))
        (bays if outward else spits).append(finger(root, away, length, widths, rng.uniform(-0.9, 0.9)))
        at_m += rng.uniform(260, 620)
        outward = not outward
    return bays, spits


def _islands(outline: Polygon, rng: np.random.Generator, count: int) -> list[Polygon]:
    """Islands well inside the outline: each a roughened ellipse."""
    made: list[Polygon] = []
    core: BaseGeometry = outline.buffer(-330)
    while len(made) < count and not core.is_empty:
        west, south, east, north = core.bounds
        spot = shapely.Point(rng.uniform(west, east), rng.uniform(south, north))
        if core.contains(spot):
            angle = np.linspace(0, 2 * np.pi, 9)[:-1]
            radius = rng.uniform(60, 150) * rng.uniform(0.7, 1.3, 8)
            points = np.column_stack([spot.x + radius * np.cos(angle) * 1.3, spot.y + radius * np.sin(angle)])
            made.append(Polygon(curve(points, step_m=25, closed=True)))
            core = core.difference(made[-1].buffer(500))
    return made
