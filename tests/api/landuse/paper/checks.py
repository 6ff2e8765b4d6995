"""Answers of land checks made by hand, in the form that `POST /landuse/check` gives: a whole one, and unusual ones."""

import json
from itertools import count

import numpy as np
import shapely
from shapely import box

from layers.crs import METRIC_DEFAULT, STORED, project

CORNER_M = np.array([547_700.0, 3_383_800.0])
KNOWN = "2026-11-26T18:02:11.123456+08:00"
_numbers = count(100)


def at(*bounds):
    """A box in metres from the corner of the scene."""
    return shapely.transform(box(*bounds), lambda xy: xy + CORNER_M)


def geojson(shape):
    """A shape in metres as answers have it: a MultiPolygon in degrees with nine places."""
    if shape.is_empty:
        return None
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    degrees = project(np.array([shapely.MultiPolygon(parts)]), METRIC_DEFAULT, STORED)[0]
    return json.loads(shapely.to_geojson(shapely.transform(degrees, lambda xy: np.round(xy, 9))))


def area(m2):
    return {"m2": round(m2, 4), "ha": round(m2 / 10_000, 6), "mu": round(m2 * 3 / 2000, 4)}


def feature(layer, code, name=None, **more):
    return {"layer": layer, "id": next(_numbers), "code": code, "name": name, "known_from": KNOWN,
            "valid_from": "2025-12-31", "edition": "2025年度变更调查"} | more  # fmt: skip


OUTLINE = at(20, 20, 240, 200).difference(at(120, 90, 150, 120)).union(at(260, 150, 300, 190))
PARCELS = (
    # bounds, code, class, group, family, ownership, owner, ratio
    ((0, 0, 110, 220), "42011108100001", ("0103", "旱地"), "farm", "crop", "collective", "清丰村", 0.1163),
    ((110, 0, 200, 220), "42011108100002", ("0101", "水田"), "farm", "crop", "collective", "清丰村", None),
    ((199, 100, 250, 220), "42011108100003", ("0702", "农村宅基地"), "built", "built", "collective", "花城村", None),
    ((200, 0, 239.7, 100), "42011108100004", ("1104", "坑塘水面"), "farm", "water", "state", "花山街道", None),
    ((239.7, 0, 260, 100), "42011108100005", ("1206", "裸土地"), "unused", "other", "state", None, None),
    ((255, 140, 310, 200), "42011108100006", ("0301", "乔木林地"), "farm", "forest", "state", "花山街道", None),
)
ZONES = {
    "permanent_farmland": ("永久基本农田", ((10, 120, 130, 230),)),
    "eco_redline": ("生态保护红线", ((215, 10, 300, 60),)),
    "urban_boundary": ("城镇开发边界", ()),
    "green": ("绿线", ((150, 10, 300, 90),)),
    "reserve": ("储备土地", ()),
}


def check(outline=OUTLINE, parcels=PARCELS, **changed):
    """An answer about an outline over these parcels: what is wanted otherwise stands in `changed`."""
    whole = outline.area
    pieces = [_piece(number, outline, parcel) for number, parcel in enumerate(parcels, start=1)]
    zones = [_zone(outline, kind, name, areas, whole) for kind, (name, areas) in ZONES.items()]
    told = {
        "check": "YD20261127-7KQ2MXAB", "name": "清丰村堆场", "made_by": "李四", "made_at": "2026-11-27T07:10:00+08:00",
        "asked": {"activity": "build", "activity_name": "建设", "as_of": "2026-11-27",
                  "known_at": "2026-11-27T07:09:59.9+08:00", "compared_to": None, "tolerance_m": 0.5,
                  "source": "界址点.txt", "crs": "EPSG:4547", "crs_name": "CGCS2000 3 度带 114°E", "crs_how": "said",
                  "notes": ["X 与 Y 看似颠倒,已按北在前读"]},
        "outline": {"geometry": geojson(outline), "area": area(whole), "perimeter_m": round(outline.length, 3),
                    "parts": len(shapely.get_parts(outline)), "holes": 1,
                    "vertices": shapely.count_coordinates(outline), "repairs": [], "outside": None,
                    "box": [114.4, 30.5, 114.6, 30.6]},
        "verdict": {"answer": "no", "title": "不可", "stamp": "线索,非认定", "reasons": _reasons(pieces, zones)},
        "classes": [_scheme("sandiao", "三调工作分类", pieces), _scheme("land_sea", "用地用海分类", pieces)],
        "groups": _sums(pieces, "group", {"farm": "农用地", "built": "建设用地", "unused": "未利用地"}),
        "ownership": _sums(pieces, "ownership", {"state": "国有", "collective": "集体"}),
        "owners": [{"owner": "清丰村", "ownership": "collective", "area": area(26_000.0), "share": 0.6}],
        "grids": [{"code": "420111081202", "name": "清丰村", "level": "village", "area": area(whole), "share": 1.0}],
        "cultivated": {"gross": area(28_000.0), "ridges": area(1_800.0), "net": area(13_000.0),
                       "net_most": area(26_200.0), "without_ratio": area(13_200.0)},
        "zones": zones,
        "touched": [feature("farmland", "GD202028", "清丰村28号图斑", title="耕地复垦复种", area=area(3101.98),
                            share=0.06, sliver=False, geometry=geojson(at(30, 30, 80, 92)))],
        "pieces": pieces,
        "slivers": [one | {"of": "landuse", "place": [114.5, 30.57]} for one in pieces if one["sliver"]],
        "base": _base(outline, pieces, parcels),
        "editions": [{"layer": "landuse", "title": {"zh": "地类图斑", "en": "Land classes"},
                      "edition": "2025年度变更调查", "valid_from": "2025-12-31", "imported_at": KNOWN,
                      "source": "DLTB.gdb", "features": 6,
                      "sample": False}],
        "compared": None,
        "method": {"metric_crs": METRIC_DEFAULT, "ellipsoid": "CGCS2000", "densify_m": 100, "tolerance_m": 0.5},
        "sample": "real",
    }  # fmt: skip
    return told | changed


def _piece(number, outline, parcel):
    bounds, code, (class_code, class_name), group, family, ownership, owner, ratio = parcel
    cut = outline.intersection(at(*bounds))
    return {"piece": number} | feature("landuse", code) | {
        "class_code": class_code, "class_name": class_name, "scheme": "sandiao", "group": group, "family": family,
        "ownership": ownership, "owner": owner, "deduct_ratio": ratio, "area": area(cut.area),
        "share": round(cut.area / outline.area, 6), "sliver": cut.area < 100,
        "width_m": 0.3 if cut.area < 100 else None, "geometry": geojson(cut),
    }  # fmt: skip


def _zone(outline, kind, name, areas, whole):
    inside = outline.intersection(shapely.union_all([at(*one) for one in areas])) if areas else shapely.Polygon()
    there = not inside.is_empty
    one = feature("zone", f"{kind.upper()}-01", name)
    size = {"area": area(inside.area), "share": round(inside.area / whole, 6), "sliver": False}
    return {
        "kind": kind, "name": name, "state": "overlap" if there else "none" if kind == "reserve" else "no_data",
        "overlap": area(inside.area), "share": size["share"], "nearest_m": 787.741 if kind == "reserve" else None,
        "nearest": one if kind == "reserve" else None,
        "features": [one | size | {"geometry": geojson(inside)}] if there else [], "geometry": geojson(inside),
    }  # fmt: skip


def _reasons(pieces, zones):
    def reason(answer, rule, subject, text, citation, features, told):
        return {"answer": answer, "rule": rule, "subject": subject, "text": text, "citation": citation,
                "remedy": "请避让,或按规定报批。", "area": told and told.get("area", told.get("overlap")),
                "share": told and told["share"], "nearest_m": None, "sliver": False,
                "features": [{name: one[name] for name in ("layer", "id", "code", "name", "known_from", "edition")}
                             for one in features]}  # fmt: skip

    farmland, redline = zones[0], zones[1]
    return [
        reason("no", "build_permanent_farmland", "zone:permanent_farmland:inside", "占用永久基本农田 10.8 亩",
               "《土地管理法》(2019)第三十五条:不得擅自占用或者改变其用途。", farmland["features"], farmland),
        reason("no", "build_eco_redline", "zone:eco_redline:inside", "占用生态保护红线 1.5 亩",
               "自然资发〔2022〕142号。", redline["features"], redline),
        reason("unknown", "no_data_urban", "zone:urban_boundary:no_data", "没有城镇开发边界数据", "", [], None),
        reason("ask", "build_farm_conversion", "group:farm", "占用农用地,须办理农用地转用审批",
               "《土地管理法》(2019)第四十四条。", [one for one in pieces if one["group"] == "farm"],
               {"area": area(33_000.0), "share": 0.8}),
    ]  # fmt: skip


def _scheme(scheme, title, pieces):
    rows = [
        {"code": one["class_code"], "name": one["class_name"], "group": one["group"], "area": one["area"],
         "share": one["share"], "uncertain": area(80.0 if one["class_code"] == "0702" else 0.0), "ambiguous": False,
         "pieces": 1}
        for one in pieces
    ]  # fmt: skip
    if scheme == "land_sea" and rows:
        rows[0] |= {"code": "0601/0602", "name": "乡村道路用地或种植设施建设用地", "ambiguous": True}
    return {"scheme": scheme, "title": title, "rows": rows, "unmapped": area(0.0)}


def _sums(pieces, name, titles):
    sums = {key: sum(one["area"]["m2"] for one in pieces if one[name] == key) for key in titles}
    return [
        {name: key, "name": titles[key], "area": area(m2), "share": round(m2 / 40_000, 6)} for key, m2 in sums.items()
    ]


def _base(outline, pieces, parcels):
    covered = shapely.union_all([at(*parcel[0]) for parcel in parcels])
    gap = outline.difference(covered)
    twice = outline.intersection(at(*parcels[1][0])).intersection(at(*parcels[2][0])) if len(parcels) > 2 else gap
    names = ("layer", "id", "code", "name", "known_from", "valid_from", "edition")
    sides = [{name: one[name] for name in names} for one in pieces[1:3]]
    return {
        "gap": area(gap.area), "overlap": area(twice.area), "uncertain": area(gap.area + twice.area),
        "remainder_m2": 0.0003, "gaps": [{"area": area(gap.area), "sliver": False, "geometry": geojson(gap)}],
        "overlaps": [{"a": sides[0], "b": sides[1], "area": area(twice.area), "sliver": False,
                      "geometry": geojson(twice)}],
        "text": "地类图斑未覆盖处与重叠处使面积不确定。",
    }  # fmt: skip


def many_cornered(corners=50_000):
    """An answer about an outline with as many corners, over one parcel and no more."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = 900 + 40 * np.sin(angle * 37) + np.random.default_rng(8).normal(0, 0.4, corners)
    ring = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]) + CORNER_M
    parcels = [
        ((x, y, x + 400, y + 400), *PARCELS[0][1:]) for x in range(-1000, 1000, 400) for y in range(-1000, 1000, 400)
    ]
    return check(shapely.make_valid(shapely.Polygon(ring)), parcels)
