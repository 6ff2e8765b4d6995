"""Land checks by the analysts' client: a shape, a table, a text or a file, answered as tables that add up."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from api.client import Platform
from layers.crs import METRIC_DEFAULT, STORED
from layers.errors import BadInput, NotFound
from seeds.outlines import OUTLINES

NO, ASK, YES = OUTLINES


@pytest.fixture(scope="module")
def city(server_url):
    with Platform(server_url) as city:
        yield city


@pytest.fixture(scope="module")
def refused(city):
    return city.check(NO.text, NO.activity, name="试")


def test_the_examples_are_a_no_an_ask_and_a_yes(city, refused):
    others = [city.check(one.text, one.activity, crs=one.crs, store=False).answer for one in (ASK, YES)]
    assert [refused.answer, *others] == ["no", "ask", "yes"]


def test_pieces_and_classes_add_up_to_the_outline(refused):
    assert refused.pieces.crs == refused.outline.crs == STORED
    assert refused.pieces["area_m2"].sum() == pytest.approx(refused.area_m2, abs=1)
    for scheme in ("sandiao", "land_sea", "gb21010"):
        assert refused.classes(scheme)["area_m2"].sum() == pytest.approx(refused.area_m2, abs=1), scheme
    with pytest.raises(NotFound, match=r"没有分类体系 '二调':现有 sandiao"):
        refused.classes("二调")


def test_every_reason_has_its_rule_and_every_conflict_its_place(refused):
    assert {"farmland_line_build", "eco_line_build"} < set(refused.reasons.index)
    assert refused.reasons["citation"].str.contains("《|〔").all()
    inside = refused.conflicts[~refused.conflicts["sliver"]]
    assert {"permanent_farmland", "eco_redline"} < set(inside["kind"])
    assert inside.to_crs(METRIC_DEFAULT).area.to_numpy() == pytest.approx(inside["area_m2"].to_numpy(), rel=1e-3)


def test_a_shape_a_table_and_a_file_are_the_same_outline(city, refused, tmp_path):
    shape = refused.outline.geometry.iloc[0]
    table = refused.outline.to_crs(METRIC_DEFAULT)
    file = tmp_path / "范围.gpkg"
    table.to_file(file)
    for outline in (shape, table, table.geometry, file):
        again = city.check(outline, "build", store=False)
        assert (again.answer, again.code) == ("no", None)
        assert again.area_m2 == pytest.approx(refused.area_m2, abs=0.02)
    assert again.told["asked"]["source"] == "范围.gpkg"


def test_what_was_asked_is_kept_under_its_code(city, refused):
    assert city.checked(refused.code).told["verdict"] == refused.told["verdict"]
    assert len(city.checks()) == 0, "without a token one has no history"


def test_another_day_has_other_classes(city):
    then, now = (
        city.check(YES.text, "crops", crs=YES.crs, as_of=day, store=False) for day in (date(2025, 6, 30), None)
    )
    assert set(then.classes().index) == {"0404"} and set(now.classes().index) == {"0103"}


def test_what_cannot_be_read_says_so(city, tmp_path):
    with pytest.raises(BadInput, match="坐标系"):
        city.check(YES.text)
    with pytest.raises(BadInput, match="没有坐标系"):
        city.check(gpd.GeoSeries([shapely.box(0, 0, 1, 1)]))
    with pytest.raises(NotFound, match="没有文件"):
        city.check(Path(tmp_path / "无"))
