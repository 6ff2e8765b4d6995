"""The analysts' client over a real server: tables that say what the answers say, also when there is nothing."""

from datetime import date, timedelta

import pandas as pd
import pytest
import shapely

from api.client import Platform
from layers.crs import METRIC_DEFAULT, STORED, WIRE
from layers.errors import BadInput, NotFound, NotReady, NotSignedIn

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture(scope="module")
def city(server_url):
    with Platform(server_url) as city:
        yield city


def test_coverage_by_reach_is_of_the_same_banks(city):
    banks, reaches = (city.coverage("bank", JUNE, JULY, by=by) for by in ("target", "reach"))
    assert banks.crs == STORED and reaches["code"].is_unique
    assert (reaches["share_sure"] <= reaches["share"]).all() and (reaches["share"] <= reaches["share_possible"]).all()
    # Reaches tile the patrolled banks, but for what nobody answers for.
    assert reaches["length_m"].sum() <= banks["length_m"].sum() * (1 + 1e-9)
    unseen_m = reaches.to_crs(METRIC_DEFAULT).length.fillna(0)
    assert unseen_m.to_numpy() == pytest.approx((reaches["length_m"] - reaches["seen_m"]).to_numpy(), abs=1)


def test_days_may_be_told_as_text(city):
    assert city.coverage("bank", "2026-06-01", "2026-07-01").equals(city.coverage("bank", JUNE, JULY))
    with pytest.raises(BadInput, match=r"06/01/2026.*2026-"):
        city.coverage("bank", "06/01/2026", "2026-07-01")


def test_coverage_of_areas_has_a_row_for_each_of_them(city):
    grids = city.coverage("grid", JUNE, JULY)
    assert set(grids["code"]) == set(city.layer("grid")["code"])
    assert (grids["visits"] == 0).any() and (grids["visits"] > 0).any()


def test_debt_is_by_duty_and_its_pieces_are_on_the_map(city):
    debt = city.debt(JULY)
    duty = debt["debt_m_days"].idxmax()
    pieces = city.overdue(JULY, duty=duty)
    assert pieces.crs == STORED and set(pieces["duty"]) == {duty}
    owed = ((pieces["to_m"] - pieces["from_m"]) * pieces["overdue_days"]).sum()
    assert owed == pytest.approx(debt.loc[duty, "debt_m_days"])
    assert debt["on_time_share"].isna().all(), "a month that has only begun has asked for nothing"
    june = city.debt(date(2026, 6, 20))
    assert june["on_time_share"].between(0, 1).sum() > 0.9 * len(june)
    strict = city.debt(JULY, duty=duty, effective=True)
    assert strict.loc[duty, "debt_m_days"] >= debt.loc[duty, "debt_m_days"]


def test_the_version_of_a_duty_in_force_is_told_and_not_one_that_comes_later(city):
    days = (date(2026, 4, 20), date(2026, 5, 10))
    assert [city.debt(day, duty="LX-01").loc["LX-01", "interval_days"] for day in days] == [14, 7]


def test_a_line_s_timeline_and_a_duty_s_curve_are_tables(city):
    assert city.newest_day() == date(2026, 6, 29)
    seen = city.timeline("bank", "HSH-左1", JUNE, JULY)
    assert len(seen) and (seen["from_m"] < seen["to_m"]).all()
    assert len(city.timeline("bank", "HSH-左1", date(2020, 1, 1), date(2020, 1, 2))) == 0
    duties = city.duties(date(2026, 6, 20))
    assert {"post_code", "rule"} <= set(duties.columns) and "GZ21-HZ-HSHZ-1" in duties.index
    curve = city.curve("GZ21-HZ-HSHZ-1", JUNE, JULY)
    assert (curve.diff().dropna() <= 1e-6).all(axis=None) and curve.index[0] == 0


def test_what_is_at_hand_is_computed_with_and_comes_to_what_is_stored(city):
    seen = city.timeline("bank", "HSH-左1", JUNE, JULY)
    patrol = seen["patrol"].mode()[0]
    legs = city.legs(patrol)
    fixes = pd.DataFrame(
        [
            {"track": leg, "time": time_s, "lon": lon, "lat": lat}
            for leg, row in legs.to_crs(WIRE).iterrows()
            for (lon, lat), time_s in zip(row.geometry.coords, row["times_s"], strict=True)
        ]
    )
    banks = city.layer("bank").set_index("code")
    told = city.compute(banks.loc[["HSH-左1"]], fixes)
    own = seen[seen["patrol"] == patrol]
    ranges = shapely.union_all(shapely.box(own["from_m"], 0, own["to_m"], 1))
    assert told.loc["HSH-左1", "seen_m"] == pytest.approx(ranges.area, abs=0.1)
    assert told.crs == STORED and told["seen_sure_m"].le(told["seen_m"]).all() and told.attrs["reach_m"] == 25
    assert len(told.attrs["tracks"]) == len(legs)
    unseen_m = told.to_crs(METRIC_DEFAULT).length
    assert unseen_m.to_numpy() == pytest.approx((told["length_m"] - told["seen_m"]).to_numpy(), abs=1)
    swapped = city.compute(banks.loc[["HSH-左1"]], fixes.assign(lon=fixes["lat"], lat=fixes["lon"]))
    assert swapped.loc["HSH-左1", "seen_m"] == 0 == sum(one["fixes_kept"] for one in swapped.attrs["tracks"])
    with pytest.raises(BadInput, match="reach_m"):
        city.compute(banks, fixes, reach_m=-1)
    with pytest.raises(BadInput, match="lon"):
        city.compute(banks, fixes.drop(columns="lon"))


def test_performance_by_post_is_the_sum_of_its_duties(city):
    posts, duties = (city.performance("2026-06", by=by) for by in ("post", "duty"))
    for figure in ("due", "done", "effective", "missed"):
        assert posts[figure].sum() == duties[figure].sum()
    assert duties[figure].groupby(duties["post"]).sum().to_dict() == posts[figure].to_dict()


def test_observations_are_points_under_the_conditions_given(city):
    june = city.observations(JUNE, JULY)
    assert june.crs == STORED and set(june.geometry.geom_type) == {"Point"}
    assert str(june["found_at"].dtype) == "datetime64[us, Asia/Shanghai]"
    assert june["found_at"].between("2026-06-01", "2026-07-01").all()
    family = june["family"].iloc[0]
    assert set(city.observations(JUNE, JULY, family=family).index) == set(june.index[june["family"] == family])


def test_nothing_found_is_a_table_without_rows(city):
    nobody = city.debt(date(2020, 1, 1))
    assert (len(nobody), nobody.index.name) == (0, "duty")
    for frame in (
        city.positions(1),
        city.observations(date(1999, 1, 1), date(1999, 1, 2)),
        city.overdue(date(2020, 1, 1)),
    ):
        assert (len(frame), frame.crs) == (0, STORED)


def test_what_the_platform_refuses_is_told_in_its_own_words(city):
    with pytest.raises(BadInput, match="土地"):
        city.performance("土地")
    with pytest.raises(NotFound, match=r"404.*的职责"):
        city.overdue(duty="没有")
    with pytest.raises(NotFound, match="没有图层 'forest'"):
        city.layer("forest")
    with pytest.raises(BadInput, match="no_such"):
        city.layer("road", where="no_such > 1")
    with pytest.raises(NotReady, match="连不上"), Platform("http://127.0.0.1:9") as nobody:
        nobody.debt()
    with pytest.raises(NotSignedIn, match="huashan token new"), Platform(city.url, "hs_wrong") as stranger:
        stranger.layers()


def test_a_patrols_legs_have_a_time_for_every_vertex(city):
    code = city.patrols(limit=1).index[0]
    legs = city.legs(code)
    assert [len(times) for times in legs["times_s"]] == legs.geometry.count_coordinates().tolist()


def test_effort_has_every_grid_with_its_zeros_and_adds_up(city):
    effort = city.effort(JUNE, JULY, modes=["foot"])
    grids = city.layer("grid")
    assert set(effort.index) == set(grids.loc[grids["level"] == "unit", "code"]) and effort.crs == STORED
    assert (effort["length_m"] == 0).any() and (effort["length_m"] > 0).any()
    told = effort.attrs
    assert effort["length_m"].sum() + told["outside_m"] == pytest.approx(told["length_m"])
    patrols = city.patrols()
    assert (
        told["patrols"]
        == ((patrols["mode"] == "foot") & patrols["started_at"].between("2026-06-01", "2026-07-01")).sum()
    )


def test_tracks_of_a_day_are_the_legs_of_its_patrols(city):
    day = city.newest_day()
    tracks = city.tracks(day, day + timedelta(days=1))
    patrols = city.patrols(day, day + timedelta(days=1))
    assert set(tracks["patrol"]) <= set(patrols.index) and len(tracks) and tracks.crs == STORED
    assert len(tracks) == sum(len(city.legs(code)) for code in patrols.index)
    assert len(city.tracks(date(2020, 1, 1), date(2020, 1, 2))) == 0


def test_a_summary_s_groups_add_up_to_its_total_and_say_of_which_day(city):
    states = city.summary("farmland", by="state")
    total = states.attrs["total"]
    assert states["count"].sum() == total["count"] == len(city.layer("farmland"))
    assert states["area_mu"].sum() == pytest.approx(total["area_mu"]) and states.attrs["units"]["area_mu"] == "亩"
    assert {"at", "known_at"} <= set(states.attrs) and states.loc["works", "title"] == "施工"
    assert city.summary("farmland")["count"].tolist() == [total["count"]]


def test_changes_are_told_of_every_page(city):
    moved = city.changes("site", date(2020, 1, 1))
    assert len(moved) == sum(moved.attrs["counts"].values()) > 100 and {"from", "to"} <= set(moved.attrs)
    assert len(city.changes("site", date(2020, 1, 1), date(2020, 1, 2))) == 0
