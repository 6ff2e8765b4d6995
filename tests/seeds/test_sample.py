"""The sample's layers hold what the reference says of Huashan, valid, inside the bounds, the same every time."""

import hashlib
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.crs import METRIC_DEFAULT, STORED, area_of_use, known
from seeds import sample
from seeds.city import EXTRACT
from seeds.outlines import OUTLINES

LAYERS = ("grid", "water", "road", "path", "project", "farmland", "landuse", "zone", "site")
PLOT_STATES = {
    "survey", "register", "scheme", "works", "sown", "selfcheck", "county_check", "city_check", "notice",
    "class_change", "aftercare", "rework", "dropped",
}  # fmt: skip
ZONE_KINDS = {
    "permanent_farmland", "eco_redline", "urban_boundary", "blue", "green", "grey", "reserve", "non_concentrated",
}  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return sample()


@pytest.fixture(scope="module")
def metric(made):
    return {layer: frame.to_crs(METRIC_DEFAULT) for layer, frame in made.layers.items()}


def standing(frame):
    """The rows that are true now: of some parcels the sample tells what they were before."""
    return frame[frame["valid_to"].isna()] if "valid_to" in frame else frame


def digest(frame):
    plain = pd.DataFrame(frame.drop(columns="geom")).to_csv().encode()
    return hashlib.sha256(plain + b"".join(shapely.to_wkb(frame["geom"].to_numpy()))).hexdigest()


@pytest.mark.parametrize("layer", LAYERS)
def test_every_feature_is_valid_and_inside_the_deployment(made, layer):
    frame = made.layers[layer]
    bounds = area_of_use(METRIC_DEFAULT)
    assert frame.crs == known(STORED)
    assert frame.is_valid.all() and not frame.is_empty.any()
    assert standing(frame)["code"].is_unique
    west, south, east, north = frame.total_bounds
    assert bounds.west < west and bounds.south < south and east < bounds.east and north < bounds.north


@pytest.mark.parametrize("layer", LAYERS)
def test_no_line_or_ring_goes_to_the_same_point_twice_in_a_row(made, layer):
    shapes = made.layers[layer]["geom"].to_numpy()
    assert list(made.layers[layer]["code"][np.array([repeats_a_point(shape) for shape in shapes])]) == []


def repeats_a_point(shape):
    """Whether a vertex of any line or ring of the shape equals the one before it."""
    parts = np.array([part for part in shapely.get_parts(shape) if part.geom_type != "Point"], dtype=object)
    rings = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    strings = np.concatenate([parts[~rings], shapely.get_rings(parts[rings])])
    vertices, string = shapely.get_coordinates(strings, return_index=True)
    return bool(((np.diff(vertices, axis=0) == 0).all(axis=1) & (np.diff(string) == 0)).any())


@pytest.mark.parametrize("layer", LAYERS)
def test_every_feature_says_where_it_comes_from_and_since_when(made, layer):
    frame = made.layers[layer]
    assert set(frame["provenance"]) <= {"report", "public", "synthetic"}
    assert frame["valid_from"].notna().all()


def test_the_same_call_makes_the_same_bytes(made):
    again = sample()
    for layer in LAYERS:
        assert digest(made.layers[layer]) == digest(again.layers[layer])
    for table in ("posts", "targets", "reaches"):
        pd.testing.assert_frame_equal(getattr(made, table), getattr(again, table))


def test_there_is_one_yangtze_one_river_and_two_lakes_about_as_large_as_they_are(metric):
    water = metric["water"].set_index("name")
    assert list(water[water["kind"] != "pond"].index) == ["长江", "花山河", "严西湖", "严东湖"]
    assert 13e6 < water.geom["严西湖"].area < 14.5e6
    assert 8.5e6 < water.geom["严东湖"].area < 10.5e6
    assert 7_500 < water.geom["花山河"].length < 8_500
    assert water.geom["严西湖"].length > 60_000, "the lake of 99 bays"


def test_the_waters_lie_where_the_true_ones_do(made):
    water = made.layers["water"].set_index("name")
    for name, place in {"严西湖": (114.471, 30.571), "严东湖": (114.556, 30.542), "北湖": (114.511, 30.612)}.items():
        assert water.geom[name].distance(shapely.Point(place)) < 0.005
    assert (
        water.geom["长江"].covers(shapely.Point(114.62, 30.56))
        or water.geom["长江"].distance(shapely.Point(114.62, 30.56)) < 0.005
    )


def test_the_river_joins_the_two_lakes(made):
    water = made.layers["water"].set_index("name")
    river = shapely.line_merge(water.geom["花山河"])
    assert water.geom["严西湖"].contains(shapely.Point(river.coords[0]))
    assert water.geom["严东湖"].contains(shapely.Point(river.coords[-1]))


def test_the_yangtze_alone_is_cut_by_the_edge_of_the_extract(made):
    _, _, east, north = made.layers["water"].total_bounds
    assert (east, north) == (EXTRACT[2], EXTRACT[3])
    edge = shapely.boundary(shapely.box(*made.layers["water"].total_bounds))
    cut = made.layers["water"].set_index("name").geom.map(lambda shape: shape.intersection(edge).length > 1e-6)
    assert list(cut[cut].index) == ["长江"]


def test_34_roads_are_one_network_through_shared_vertices(made):
    roads = made.layers["road"]
    assert len(roads) == 34
    assert set(roads["class"]) == {"primary", "secondary"}
    at: dict[tuple[float, float], set[int]] = {}
    for number, line in enumerate(roads["geom"]):
        for vertex in line.coords:
            at.setdefault(vertex, set()).add(number)
    reached, waiting = {0}, [0]
    while waiting:
        here = waiting.pop()
        met = set().union(*(numbers for numbers in at.values() if here in numbers)) - reached
        reached |= met
        waiting += met
    assert len(reached) == 34


def test_roads_keep_off_the_lakes_and_the_yangtze(metric):
    water = metric["water"]
    surface = water[water.geom.geom_type == "MultiPolygon"].union_all()
    assert metric["road"].geom.intersection(surface).length.sum() < 1


def test_paths_cross_no_water_and_run_along_a_part_of_each_bank(metric):
    paths, water = metric["path"], metric["water"].set_index("name")
    surface = water.geom[water.geom.geom_type == "MultiPolygon"].union_all()
    assert paths.geom.intersection(surface.buffer(-1)).length.sum() == 0
    assert paths.geom.crosses(water.geom["花山河"]).sum() == 0
    greenways = paths[paths["name"].notna()].geom.union_all()
    for lake in ("严西湖", "严东湖"):
        shore = water.geom[lake].geoms[0].exterior
        beside = shore.intersection(greenways.buffer(15)).length / shore.length
        assert 0.5 < beside < 0.9, "the rest is shore of which nobody knows whether it may be walked"


def test_most_greenways_have_a_way_to_a_road(metric):
    paths, roads = metric["path"], metric["road"].geom.union_all()
    ways = paths[paths["code"].str.startswith("LJ")].geom
    assert (ways.distance(roads) < 0.02).all()
    greenways = paths[paths["name"].notna()].geom
    assert greenways.map(lambda line: (ways.distance(line) < 0.02).any()).mean() > 0.7


def test_60_plots_in_every_state_lie_within_their_village_and_off_the_water(metric):
    plots, grid, water = metric["farmland"], metric["grid"].set_index("code"), metric["water"]
    assert len(plots) == 60
    assert set(plots["state"]) == PLOT_STATES
    villages = grid.geom[plots["village_code"]].to_numpy()
    assert plots.geom.within(gpd.GeoSeries(villages, crs=plots.crs).buffer(0.1)).all()
    assert not plots.geom.intersects(water.union_all()).any()


def test_areas_of_plots_are_their_outlines_in_mu(metric):
    plots = metric["farmland"]
    assert np.allclose(plots["found_mu"], plots.geom.area / (2000 / 3), atol=0.06)
    assert (plots["done_mu"] <= plots["found_mu"]).all()
    assert (plots.loc[plots["state"] == "dropped", "done_mu"] == 0).all()


def test_the_task_of_2024_was_exceeded(made):
    due = made.targets[made.targets["year"] == 2024]["target_mu"].sum()
    plots = made.layers["farmland"]
    done = plots[pd.to_datetime(plots["deadline"]).dt.year == 2024]["done_mu"].sum()
    assert done > due > 0


def test_parcels_cover_the_street_but_for_two_gaps_and_two_overlaps(metric):
    parcels, (street,) = standing(metric["landuse"]), metric["grid"].query("level == 'street'").geom
    shapes = parcels.geom.to_numpy()
    gaps = shapely.area(shapely.get_parts(street.difference(shapely.union_all(shapes))))
    left, right = parcels.sindex.query(parcels.geom, predicate="intersects")
    twice = shapely.area(shapely.intersection(shapes[left], shapes[right]))[left < right]
    assert (gaps > 1).sum() == (twice > 1).sum() == 2
    assert gaps[gaps <= 1].max() < 0.2 and twice[twice <= 1].max() < 0.2, "the centimetres of the grid"


def test_water_lies_on_the_waters_alone_and_is_the_states(metric):
    parcels, water = standing(metric["landuse"]), metric["water"]
    surface = parcels["class_code"].isin(["1101", "1102"])
    assert parcels[surface].area.sum() > 1_700e4
    dry, areas = parcels[~surface].geom.to_numpy(), water[water.geom.geom_type == "MultiPolygon"].geom.to_numpy()
    lake, parcel = shapely.STRtree(dry).query(areas, "overlaps")
    drowned = shapely.area(shapely.intersection(areas[lake], dry[parcel]))
    assert drowned.max() < 200, "a corner too small to be mapped"
    for classes, owner in ((["1101", "1102"], "水域"), (["1003", "1004"], "道路"), (["0701", "05H1"], "国有土地")):
        found = parcels[parcels["class_code"].isin(classes)]
        assert len(found) > 30 and (found["ownership"] == "state").all()
        assert found["owner_unit"].str.contains(owner).all()


def test_some_parcels_changed_class_at_the_end_of_2025(made):
    parcels = made.layers["landuse"]
    was = parcels[parcels["valid_to"].notna()].set_index("code")
    now = standing(parcels).set_index("code").loc[was.index]
    assert 12 <= len(was) <= 36 and was.index.is_unique
    assert (was["valid_to"] == now["valid_from"]).all() and set(was["valid_to"].map(str)) == {"2025-12-31"}
    assert (was["class_code"] != now["class_code"]).all()
    assert shapely.equals(was["geom"].to_numpy(), now["geom"].to_numpy()).all()
    arable = (was["class_code"].str.startswith("01"), now["class_code"].str.startswith("01"))
    assert (~arable[0] & arable[1]).sum() >= 5, "reclaimed"
    assert (arable[0] & (now["ownership"] == "state")).sum() >= 5, "built on"


def ring_of(outline):
    rows = [re.split(r"[,\t]", line)[-2:] for line in re.findall(r"^J?\d+[,\t].*\d{7}\..*$", outline.text, re.M)]
    return shapely.Polygon([(float(east) % 1e6, float(north)) for north, east in rows])


def test_of_the_outlines_one_may_not_be_built_on_one_takes_farmland_and_one_may_be_sown(metric):
    land, zone = standing(metric["landuse"]), metric["zone"]
    met = [ring_of(outline) for outline in OUTLINES]
    classes = [set(land[land.intersects(ring)]["class_code"]) for ring in met]
    kinds = [set(zone[zone.intersects(ring)]["kind"]) for ring in met]
    assert {"permanent_farmland", "eco_redline"} < kinds[0] and "0101" in classes[0]
    assert kinds[1] == {"urban_boundary"} and "0103" in classes[1]
    assert not kinds[2] & {"eco_redline", "blue", "green", "reserve"} and classes[2] == {"0103"}
    assert [one.activity for one in OUTLINES] == ["build", "build", "crops"]


def test_each_outline_is_one_closed_ring_of_the_area_that_its_text_tells():
    for outline in OUTLINES:
        ring, told = ring_of(outline), re.search(r"^\d,(\d\.\d{4}),1,", outline.text, re.M)
        assert ring.is_valid and 0.8e4 < ring.area < 1.5e4
        assert (told is None) == (outline.crs is not None)
        assert told is None or float(told[1]) == pytest.approx(ring.area / 1e4, abs=1e-4)


def test_zones_are_there_in_every_kind_with_40_reserves(made):
    kinds = made.layers["zone"]["kind"].value_counts()
    assert set(kinds.index) == ZONE_KINDS
    assert kinds["reserve"] == 40


def test_named_projects_are_there(made):
    names = set(made.layers["project"]["name"])
    assert {"市委党校", "泰康总部", "光谷人民医院", "泰康项目二期", "光谷人民医院周边"} <= names
    assert {"唐家湖地块", "花山河项目"} <= names
    assert {"植物方舟", "鸿蒙生态(武汉)创新中心", "山湖村乡村规划"} <= names
    assert (made.layers["project"]["provenance"] == "report").all()


def test_sites_are_as_many_as_the_reference_asks_and_some_houses_have_no_one_in_charge(made):
    sites = made.layers["site"]
    kinds = sites["kind"].value_counts()
    assert (kinds["compound"], kinds["leftover_house"], kinds["vending"]) == (8, 30, 5)
    houses = sites[sites["kind"] == "leftover_house"]
    assert 3 <= houses["post_code"].isna().sum() <= 10
    assert set(sites["post_code"].dropna()) <= set(made.posts["code"])


def test_reaches_name_posts_that_exist_and_leave_a_little_shore_without(made):
    reaches = made.reaches
    assert set(reaches["post_code"]) <= set(made.posts["code"])
    for bank, own in reaches.groupby("bank_code"):
        held = ((own["last"] - own["first"]) % 1).replace(0, 1).sum()
        assert 0.5 < held <= 1 + 1e-6, bank


def test_no_post_or_plot_names_a_real_person(made):
    assert made.posts["holder"].str.startswith("示例").all()
    assert made.layers["farmland"]["responsible"].str.startswith("示例").all()
    assert made.layers["project"]["responsible"].str.startswith("示例").all()


def test_scale_multiplies_the_parcels_and_nothing_else(made):
    larger = sample(scale=3)
    assert 2 * len(made.layers["landuse"]) < len(larger.layers["landuse"])
    for layer in ("grid", "road", "farmland", "site"):
        assert digest(made.layers[layer]) == digest(larger.layers[layer])
