"""Coverage of areas and points over HTTP: shares with bounds that hold, visits and dwell, and zeros that stay."""

import io
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layers.crs import METRIC_DEFAULT, STORED, STORED_SRID, WIRE, project, transformer
from tests.api.test_wholes import EAST, NORTH, along, box, put

WAY = st.lists(st.tuples(st.integers(-60, 160), st.integers(-60, 120)), min_size=2, max_size=5, unique=True)
JUNE = "from=2026-06-01&to=2026-07-01"
POSTS = "INSERT INTO city.post (code, name, kind, valid_from) VALUES ('W-1', '网格岗', 'grid_keeper', '2026-01-01')"
DUTIES = """
    INSERT INTO city.duty (code, post_code, layer, targets, target_codes, interval_days, citation, valid_from)
    VALUES ('D-1', 'W-1', 'grid', 'codes', '{420111080001}', 7, '某办法', '2026-01-01'),
           ('D-2', 'W-1', 'farmland', 'codes', '{F,H}', 7, '某办法', '2026-01-01')
"""


def posted(desk, track, code):
    rows = zip(track.time_s.tolist(), track.lon.tolist(), track.lat.tolist(), track.accuracy_m.tolist(), strict=True)
    body = {"code": code, "device": code, "fixes": [list(row) for row in rows]}
    assert desk.client.post("/patrols", json=body, headers=desk.person("dispatcher")).status_code == 201


@pytest.fixture(scope="module")
def town(desk):
    """A street with two communities, a road, three plots and two outfalls; two walks along the road."""
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM city.grid")
        put(connection, "road", "R", "LINESTRING (-500 0, 900 0)")
        put(connection, "grid", "420111080", box(-400, -300, 800, 300), level="street", name="街")
        for number, west in (("001", -400), ("002", 200)):
            code = f"420111080{number}"
            put(connection, "grid", code, box(west, -300, west + 600, 300), level="community", name=f"{number}社区",
                parent_code="420111080")  # fmt: skip
        put(connection, "farmland", "F", box(0, 10, 100, 60), state="survey", name="田")
        put(connection, "farmland", "G", box(300, -60, 400, 20), state="survey")
        put(connection, "farmland", "H", box(0, 200, 50, 250), state="survey")
        put(connection, "site", "P", "POINT (150 15)", kind="outfall")
        put(connection, "site", "Q", "POINT (150 150)", kind="outfall")
        put(connection, "site", "C", "POLYGON ((400 -10, 440 -10, 440 30, 400 30, 400 -10))", kind="compound")
    posted(desk, along((-100, 0), (330, 0)), "A")
    posted(desk, along((250, 0), (500, 0), start_s=1_780_500_000), "B")
    return desk


@pytest.fixture
def ask(town):
    headers = town.person("viewer")

    def asked(layer, query=JUNE):
        answer = town.client.get(f"/coverage/{layer}?{query}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    return asked


def told(answer):
    return {piece["code"]: piece for piece in answer.json()["targets"]}


def test_grids_are_told_by_the_roads_inside(ask):
    grids = told(ask("grid"))
    assert set(grids) == {"420111080", "420111080001", "420111080002"}
    street, west, east = (grids[code] for code in sorted(grids))
    assert (street["measure"], street["length_m"]) == ("roads", pytest.approx(1200, abs=0.02))
    assert street["seen_m"] == pytest.approx(650, abs=0.05)
    assert west["seen_m"] + east["seen_m"] == pytest.approx(street["seen_m"], abs=0.03)
    assert west["share_sure"] < west["share"] < west["share_possible"]
    assert street["visits"] == 2 and street["dwell_s"] == pytest.approx((430 + 250) / 1.2, abs=10)


def test_an_area_is_told_by_its_surface_and_the_bound_of_its_error_holds(ask):
    plots = told(ask("farmland"))
    planar = {"F": 15 * 100, "G": 45 * 100}
    for code, area_m2 in planar.items():
        plot = plots[code]
        assert plot["seen_m2"] <= area_m2 * 1.0001
        assert plot["seen_m2"] + plot["error_m2"] >= area_m2 * 0.9999
        assert plot["error_m2"] < 0.01 * plot["area_m2"]
        assert plot["share_sure"] < plot["share"] < plot["share_possible"]
    assert plots["F"]["area_m2"] == pytest.approx(5000, rel=1e-3)
    assert plots["G"]["visits"] == 2  # one by each patrol, whose parts overlap and count once


def test_who_was_never_visited_is_a_row_of_zeros(ask):
    answer = ask("farmland")
    never = told(answer)["H"]
    assert [never[name] for name in ("visits", "dwell_s", "seen_m2", "share", "last_seen")] == [0, 0, 0, 0, None]
    assert (answer.json()["count"], answer.json()["never_visited"]) == (3, 1)
    point = told(ask("site"))["Q"]
    assert (point["visits"], point["nearest_m"], point["share_possible"], point["last_seen"]) == (0, None, 0, None)


def test_points_are_told_by_how_near_and_how_long_and_areas_among_them_by_surface(ask):
    sites = told(ask("site"))
    near = sites["P"]
    assert (near["measure"], near["visits"], near["share_sure"]) == ("point", 1, 1)
    assert near["nearest_m"] == pytest.approx(15, abs=0.01)
    assert near["dwell_sure_s"] < near["dwell_s"] == pytest.approx(40 / 1.2, abs=0.1)
    assert sites["C"]["measure"] == "area" and sites["C"]["share"] == pytest.approx(35 / 40, abs=0.01)


def test_a_period_counts_its_own_visits_and_looks_back_for_the_last(ask):
    early = told(ask("farmland", "from=2026-06-01&to=2026-06-02"))
    assert early["G"]["visits"] == 1
    later = told(ask("farmland", "from=2026-06-20&to=2026-07-01"))
    assert later["G"]["visits"] == 0 and later["G"]["last_seen"].startswith("2026-06-0")
    assert told(ask("farmland", "from=2026-01-01&to=2026-02-01"))["G"]["last_seen"] is None


def test_seen_and_unseen_together_are_the_whole(ask):
    for plot in told(ask("farmland", JUNE + "&geometry=true")).values():
        drawn = [plot[f"{state}_geometry"] for state in ("seen", "unseen")]
        parts = [shapely.geometry.shape(part) for part in drawn if part]
        metric = project(np.array(parts, dtype=object), WIRE, METRIC_DEFAULT)
        assert sum(shapely.area(metric)) == pytest.approx(plot["area_m2"], rel=1e-3)


def test_by_community_everything_is_summed_once(ask):
    communities = told(ask("farmland", JUNE + "&by=community"))
    west, east = communities["420111080001"], communities["420111080002"]
    assert (west["targets"], west["visited"], east["targets"], east["visited"]) == (2, 1, 1, 1)
    plots = told(ask("farmland"))
    assert west["seen_m2"] + east["seen_m2"] == pytest.approx(sum(plot["seen_m2"] for plot in plots.values()))
    assert east["last_seen"] == plots["G"]["last_seen"]


def test_by_community_a_grid_counts_its_units_alone(ask):
    assert {one["targets"] for one in told(ask("grid", JUNE + "&by=community")).values()} == {0}


def test_the_cells_of_the_grid_that_hold_no_other_are_counted(ask):
    answer = ask("grid").json()
    assert (answer["count"], answer["never_visited"], len(answer["targets"])) == (2, 0, 3)
    for by in ("community", "post"):
        assert ask("grid", f"{JUNE}&by={by}").json()["count"] == 2


def test_a_post_is_told_what_it_answers_for_and_what_nobody_does_has_no_code(town, ask):
    town.run(POSTS)
    town.run(DUTIES)
    grids, plots = told(ask("grid", f"{JUNE}&by=post")), told(ask("farmland", f"{JUNE}&by=post"))
    assert [(one["code"], one["name"], one["targets"]) for one in grids.values()] == [
        ("", "无责任主体", 1),
        ("W-1", "网格岗", 1),
    ]
    assert grids["W-1"]["seen_m"] == told(ask("grid"))["420111080001"]["seen_m"]
    assert [(plots[code]["targets"], plots[code]["visited"]) for code in ("", "W-1")] == [(1, 1), (2, 1)]
    town.run("DELETE FROM city.duty")
    town.run("DELETE FROM city.post")


def test_files_hold_the_same_figures(ask):
    plots = told(ask("farmland"))
    rows = ask("farmland", JUNE + "&format=csv").content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("layer,from,to,reach_m,known_at,future,code,name,measure") and len(rows) == 4
    frame = gpd.read_parquet(io.BytesIO(ask("farmland", JUNE + "&format=parquet").content))
    assert frame.crs.to_epsg() == STORED_SRID
    assert set(frame[frame.seen].seen_m2) == {plot["seen_m2"] for plot in plots.values()}
    features = json.loads(ask("site", JUNE + "&format=geojson").content)["features"]
    seen = [one for one in features if one["properties"]["code"] == "P" and one["properties"]["seen"]]
    assert seen[0]["geometry"]["type"] == "Point"


@pytest.mark.parametrize(
    ("layer", "query", "status", "words"),
    [
        ("farmland", "by=reach", 400, "target、community、post"),
        ("farmland", "code=X", 404, "可用的见 /coverage/farmland"),
        ("farmland", "from=2026-06-01T08:00", 400, "from=2026-06-01"),
        ("farmland", "by=community&format=geojson", 400, "不画图形"),
        ("farmland", "reach_m=33", 400, "没有存储的所见"),
        ("zone", "", 400, "不记巡查所见"),
        ("observation", "", 400, "可用的有"),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_remedy(town, layer, query, status, words):
    answer = town.client.get(f"/coverage/{layer}?{query}", headers=town.person("viewer"))
    assert answer.status_code == status and words in answer.json()["detail"]


def metres(track):
    """Where the fixes of a track lie, from the corner."""
    x, y = transformer(STORED, METRIC_DEFAULT).transform(track.lon, track.lat)
    return np.column_stack([x - EAST, y - NORTH])


@settings(max_examples=8)
@given(WAY, WAY)
@example([(0, 0), (0, 1)], [(0, 1), (2, 2), (0, 0)])
def test_the_union_over_patrols_lies_within_the_bound_by_counted_places(connection, places, other):
    """Each patrol goes its own way; the share of all lies between what is drawn and what the error allows."""
    from api.coverage.asked import Asked
    from api.coverage.wholes import whole_coverage
    from api.patrols.accept import Intake, Outing
    from api.sightings.targets import Targets
    from layers.catalogue import read_catalogue
    from tests.api.test_wholes import NOW

    catalogue = read_catalogue()
    with connection.begin_nested() as attempt:
        put(connection, "farmland", "F", box(0, 0, 100, 60), state="survey")
        intake = Intake(Targets(catalogue), (25.0,))
        tracks = [along(*way, device=code) for code, way in (("A", places), ("B", other))]
        for track in tracks:
            intake.accept(connection, track, Outing(code=track.device), now=NOW)
        (plot,) = whole_coverage(connection, catalogue, Asked(catalogue["farmland"], (None, None), 25.0))
        attempt.rollback()
    sown = np.random.default_rng(1).uniform((0, 0), (100, 60), (20_000, 2))
    # A walk is recorded every few metres: corners nearer than that are in no fix.
    ways = shapely.MultiLineString([metres(track) for track in tracks])
    counted = (shapely.distance(shapely.points(sown), ways) <= 25).mean()
    chance = 4 * np.sqrt(max(counted * (1 - counted), 1e-3) / len(sown)) + 1e-4
    assert plot["share"] <= counted + chance
    assert plot["share"] + plot["error_m2"] / plot["area_m2"] >= counted - chance
    assert plot["error_m2"] <= 0.02 * plot["area_m2"]
