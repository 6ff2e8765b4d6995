"""Land checks: may this be built on, dug, planted here? The answer as tables, and those that one has asked before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import httpx2
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from api.client import frames
from api.client.questions import Instant, Questions, given
from layers.crs import WIRE
from layers.errors import BadInput, NotFound

__all__ = ["Checked", "Lands", "Outline"]

Outline: TypeAlias = BaseGeometry | gpd.GeoSeries | gpd.GeoDataFrame | Path | str
"""Where: a shape in degrees (longitude first), a table of shapes in any system, a file's path, or a text as pasted."""
_PIECE = (
    "code",
    "class_code",
    "class_name",
    "scheme",
    "group",
    "ownership",
    "owner",
    "deduct_ratio",
    "sliver",
    "edition",
)


@dataclass(frozen=True)
class Checked:
    """One answer: `answer` (no, ask, yes, unknown), and `told`, all of it as the platform says it.

    Areas are of the ellipsoid, in m². A clue, not a ruling: 线索,非认定.
    """

    told: Mapping[str, Any]

    @property
    def answer(self) -> str:
        """no 不可, ask 须报批, yes 可, unknown 不能判定."""
        return str(self.told["verdict"]["answer"])

    @property
    def code(self) -> str | None:
        """Under which the platform keeps it; None where it was not to be kept."""
        code: str | None = self.told["check"]
        return code

    @property
    def area_m2(self) -> float:
        """The outline's area."""
        return float(self.told["outline"]["area"]["m2"])

    @property
    def outline(self) -> gpd.GeoDataFrame:
        """The outline, one row, in EPSG:4490."""
        return frames.of_features([_feature({"answer": self.answer, "area_m2": self.area_m2}, self.told["outline"])])

    @property
    def reasons(self) -> pd.DataFrame:
        """Why, one a row, by the code of the rule; those that decide come first."""
        names = ("rule", "answer", "text", "share", "sliver", "citation", "remedy")
        reasons = self.told["verdict"]["reasons"]
        rows = [{**{name: one[name] for name in names}, "area_m2": _m2(one["area"])} for one in reasons]
        return frames.of_rows(rows, "rule")

    @property
    def pieces(self) -> gpd.GeoDataFrame:
        """The outline's pieces, each with the class of its parcel, by `piece`, in EPSG:4490."""
        rows = [_feature({"piece": one["piece"], **_measured(one, _PIECE)}, one) for one in self.told["pieces"]]
        found = frames.of_features(rows)
        return found.set_index("piece") if len(found) else found.rename_axis("piece")

    @property
    def conflicts(self) -> gpd.GeoDataFrame:
        """What of control zones, plots and projects lies in the outline: `kind`, `code`, `name`, and where."""
        inside = [(zone["kind"], one) for zone in self.told["zones"] for one in zone["features"]]
        inside += [(one["layer"], one) for one in self.told["touched"]]
        names = ("layer", "code", "name", "sliver", "edition")
        return frames.of_features([_feature({"kind": kind, **_measured(one, names)}, one) for kind, one in inside])

    def classes(self, scheme: str = "sandiao") -> pd.DataFrame:
        """Area by class in a scheme: sandiao, land_sea or gb21010, by the class's code."""
        for one in self.told["classes"]:
            if one["scheme"] == scheme:
                rows = [_measured(row, ("code", "name", "group", "ambiguous", "pieces")) for row in one["rows"]]
                return frames.of_rows(rows, "code")
        schemes = "、".join(one["scheme"] for one in self.told["classes"])
        raise NotFound(f"没有分类体系 {scheme[:40]!r}:现有 {schemes}。")


class Lands(Questions):
    """Questions about what may be done where."""

    def check(
        self,
        outline: Outline,
        activity: str = "build",
        *,
        name: str | None = None,
        crs: str | None = None,
        as_of: Instant | None = None,
        known_at: Instant | None = None,
        compared_to: Mapping[str, Instant] | None = None,
        tolerance_m: float | None = None,
        store: bool = True,
    ) -> Checked:
        """Whether an activity may take place within an outline, by the rules, and everything it stands on.

        activity: build, facility, road, dig, pond, trees, crops or dump. crs: of a text or file that does not say its
        own. as_of: the day whose state counts, today by default; known_at: as it was known then; compared_to: another
        such pair, as {"as_of": "2025-06-30"}. store: whether the platform keeps it. Raises BadInput where the outline
        cannot be read, with the row and the remedy.
        """
        then = given(**compared_to) if compared_to else None
        said = given(name=name, crs=crs, activity=activity, as_of=as_of, known_at=known_at, tolerance_m=tolerance_m)
        said |= {"store": store} | ({"compared_to": then} if then else {})
        if isinstance(outline, Path):
            return Checked(self._wire.post("/landuse/check", *_form(outline, said)))
        said |= {"text": outline} if isinstance(outline, str) else {"geometry": _geojson(outline)}
        headers = {"Content-Type": "application/json"}
        return Checked(self._wire.post("/landuse/check", json.dumps(said).encode(), headers))

    def checked(self, code: str) -> Checked:
        """A check that the platform keeps, as it was answered."""
        return Checked(self._wire.get(f"/landuse/checks/{code}"))

    def checks(self) -> pd.DataFrame:
        """The checks that one has asked for, the newest first, by code; none: no rows."""
        rows = [{**one, "area_m2": _m2(one["area"])} for one in self._wire.get("/landuse/checks")["checks"]]
        for row in rows:
            row.pop("area")
        return self._told(frames.of_rows(rows, "check"))


def _geojson(outline: BaseGeometry | gpd.GeoSeries | gpd.GeoDataFrame) -> Any:
    if not isinstance(outline, BaseGeometry):
        if outline.crs is None:
            raise BadInput("范围的表没有坐标系:请先 set_crs(…)。")
        outline = shapely.union_all(outline.to_crs(WIRE).geometry.to_numpy())
    return json.loads(shapely.to_geojson(outline))


def _form(path: Path, said: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """A file and what is said of it, as a form: its body and its headers."""
    if not path.is_file():
        raise NotFound(f"没有文件 {path}:请检查路径(FileGDB 请先打成 zip)。")
    fields = {
        name: json.dumps(value) if isinstance(value, (bool, dict)) else str(value) for name, value in said.items()
    }
    asked = httpx2.Request("POST", "http://form", data=fields, files={"file": (path.name, path.read_bytes())})
    return asked.read(), {"Content-Type": asked.headers["Content-Type"]}


def _feature(properties: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": dict(properties), "geometry": one["geometry"]}


def _measured(one: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {**{name: one[name] for name in names}, "area_m2": _m2(one["area"]), "share": one["share"]}


def _m2(area: Mapping[str, float] | None) -> float | None:
    return None if area is None else area["m2"]
