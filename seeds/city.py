"""The sample's layers as tables: GeoDataFrames in the stored CRS, with the columns of the layers' own tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from layers.crs import STORED
from seeds.crews import crews, devices
from seeds.drawing import DEGREE_DIGITS, stored
from seeds.duties import duties
from seeds.lands import CLASSES, Parcel, Plot, parcels, plots, targets
from seeds.paths import paths
from seeds.posts import posts, reaches
from seeds.projects import projects
from seeds.scene import Scene, scene
from seeds.sites import sites
from seeds.survey import RESURVEYED, before, survey
from seeds.zones import zones

VALID_FROM = date(2024, 1, 1)
"""Since when all of the sample is true: the beginning of the work report's year."""
EXTRACT = (114.40, 30.48, 114.628, 30.665)
"""The sketch ends here, in degrees: the Yangtze is cut off at its north and east edges, which are no banks."""
NAMED_ROADS = ("花山大道", "花城大道")


@dataclass(frozen=True)
class Sample:
    """All layers of the sample. Keys are layer ids; geometry is in column geom, EPSG:4490.

    posts: code, name, kind, holder. targets: village_code, year, target_mu. reaches: code, name, bank_code, first,
    last (shares of the bank's length; over 0 m where first > last), post_code.
    """

    layers: Mapping[str, gpd.GeoDataFrame]
    posts: pd.DataFrame
    targets: pd.DataFrame
    reaches: pd.DataFrame


def sample(scale: int = 1) -> Sample:
    """The whole sample but its crews, and tracks and duties, which have dates; the same on every call.

    scale: how many times as many land-class parcels.
    """
    drawn = scene()
    land = parcels(drawn.level("village"), drawn.taken, drawn.wet, scale)
    reclaimed = plots(parcels(drawn.level("village"), drawn.taken, drawn.wet, 1) if scale > 1 else land)
    layers = {
        "grid": _grid(drawn),
        "water": _water(drawn),
        "road": _road(drawn),
        "path": _path(),
        "project": _project(drawn),
        "farmland": _farmland(reclaimed),
        "landuse": _landuse(survey(drawn, land, scale), reclaimed),
        "zone": _zone(drawn, land),
        "site": _site(drawn),
    }
    return Sample(layers, _posts(), _targets(reclaimed), _reaches())


def _layer(
    rows: Sequence[Mapping[str, object]], shapes: Sequence[BaseGeometry], provenance: Sequence[str]
) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(list(rows))
    frame["provenance"] = list(provenance)
    frame["valid_from"] = VALID_FROM
    frame["geom"] = stored(shapes)
    return gpd.GeoDataFrame(frame, geometry="geom", crs=STORED)


def _grid(drawn: Scene) -> gpd.GeoDataFrame:
    rows = [
        {"code": cell.code, "name": cell.name, "level": cell.level, "parent_code": cell.parent_code,
         "family": "management"}
        for cell in drawn.cells
    ]  # fmt: skip
    known = ["synthetic" if cell.level == "unit" else "public" for cell in drawn.cells]
    return _layer(rows, [cell.shape for cell in drawn.cells], known)


def _water(drawn: Scene) -> gpd.GeoDataFrame:
    rows = [
        {"code": water.code, "name": water.name, "kind": water.kind, "width_m": water.width_m,
         "width_assumed": water.width_m is not None, "flow_deg": water.flow_deg}
        for water in drawn.waters
    ]  # fmt: skip
    known = ["report" if water.name in ("长江", "花山河") else "public" for water in drawn.waters]
    frame = _layer(rows, [water.shape for water in drawn.waters], known)
    frame["geom"] = gpd.GeoSeries([_cut(shape) for shape in frame["geom"]], crs=STORED)
    return frame


def _cut(shape: BaseGeometry) -> BaseGeometry:
    """A water within the extract. It is cut in degrees, because the extract's own edges are degrees."""
    box = shapely.box(*EXTRACT)
    if shapely.covers(box, shape):
        return shape
    inside = shapely.set_precision(shapely.intersection(shape, box), 10.0**-DEGREE_DIGITS)
    return MultiPolygon([part for part in shapely.get_parts(inside) if isinstance(part, Polygon)])


def _road(drawn: Scene) -> gpd.GeoDataFrame:
    rows = [{"code": r.code, "name": r.name, "class": r.road_class, "width_m": r.width_m} for r in drawn.roads]
    known = ["public" if road.name in NAMED_ROADS else "synthetic" for road in drawn.roads]
    return _layer(rows, [road.shape for road in drawn.roads], known)


def _path() -> gpd.GeoDataFrame:
    made = paths()
    columns = ("code", "name", "kind", "surface")
    return _layer(_columns(made, columns), [one.shape for one in made], ["synthetic"] * len(made))


def _project(drawn: Scene) -> gpd.GeoDataFrame:
    made = projects(drawn.river, drawn.taken)
    columns = ("code", "name", "kind", "owner", "responsible", "stage", "start_on", "due_on", "obstacles")
    return _layer(_columns(made, columns), [one.shape for one in made], ["report"] * len(made))


def _farmland(made: Sequence[Plot]) -> gpd.GeoDataFrame:
    columns = (
        "code", "name", "village_code", "source", "recovery", "found_mu", "done_mu", "state", "deadline", "crop",
        "responsible",
    )  # fmt: skip
    return _layer(_columns(made, columns), [one.shape for one in made], ["synthetic"] * len(made))


def _landuse(made: Sequence[Parcel], reclaimed: Sequence[Plot]) -> gpd.GeoDataFrame:
    """The parcels as they are now, then, under the same codes, what some of them were until RESURVEYED."""
    was = before(made, reclaimed)
    now = [RESURVEYED if number in was else VALID_FROM for number in range(len(made))]
    rows = [
        {"code": one.code, "name": None, "class_code": one.class_code, "class_name": CLASSES[one.class_code],
         "scheme": "sandiao", "ownership": "state" if one.state_owned else "collective", "owner_unit": one.owner_unit,
         "deduct_ratio": one.deduct_ratio, "recovery": one.recovery}
        for one in (*made, *was.values())
    ]  # fmt: skip
    frame = _layer(rows, [one.shape for one in (*made, *was.values())], ["synthetic"] * len(rows))
    frame["valid_from"] = [*now, *[VALID_FROM] * len(was)]
    return frame.assign(valid_to=[*[None] * len(made), *[RESURVEYED] * len(was)])


def _zone(drawn: Scene, land: Sequence[Parcel]) -> gpd.GeoDataFrame:
    town = shapely.union_all([cell.shape for cell in drawn.level("community")])
    lakes = {water.name: water.shape for water in drawn.waters if water.kind == "lake"}
    made = zones(drawn.street, town, lakes, list(land))
    return _layer(_columns(made, ("code", "name", "kind")), [one.shape for one in made], ["synthetic"] * len(made))


def _site(drawn: Scene) -> gpd.GeoDataFrame:
    named = {water.name: water.shape for water in drawn.waters}
    yards = shapely.union_all([one.shape for one in projects(drawn.river, drawn.taken)])
    made = sites(named, list(drawn.roads), list(drawn.cells), drawn.dry.difference(yards))
    columns = ("code", "name", "kind", "grade", "note", "post_code")
    return _layer(_columns(made, columns), [one.shape for one in made], ["synthetic"] * len(made))


def _columns(made: Sequence[object], names: Sequence[str]) -> list[dict[str, object]]:
    return [{name: getattr(one, name) for name in names} for one in made]


def _posts() -> pd.DataFrame:
    return pd.DataFrame(posts()).assign(provenance="synthetic", valid_from=VALID_FROM)


def _targets(made: list[Plot]) -> pd.DataFrame:
    return pd.DataFrame(targets(made), columns=["village_code", "year", "target_mu"])


def _reaches() -> pd.DataFrame:
    return pd.DataFrame(reaches()).assign(provenance="synthetic", valid_from=VALID_FROM)


def duty_frame(today: date) -> pd.DataFrame:
    """The duties as a table, lists as tuples, as they stand with tracks that end the day before `today`."""
    # As objects: a column of whole numbers with gaps would become one of decimals.
    return pd.DataFrame([asdict(duty) for duty in duties(today)], dtype=object)


def crew_frame(scale: int = 1) -> pd.DataFrame:
    """The crews that go out, as a table; scale: how many times as many."""
    return pd.DataFrame(crews(scale)).assign(provenance="synthetic", valid_from=VALID_FROM)


def device_frame(scale: int = 1) -> pd.DataFrame:
    """The devices that the crews carry, as a table."""
    return pd.DataFrame(devices(scale)).assign(provenance="synthetic", valid_from=VALID_FROM)
