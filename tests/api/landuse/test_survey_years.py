"""Two years' surveys, imported by the preset: a check as of each year answers that year's classes, and what changed."""

from datetime import date

import geopandas as gpd
import pytest
import shapely

from api.transfer.edition import Edition
from api.transfer.importing import Manner, import_source
from api.transfer.preset import preset_named
from api.transfer.preset_rows import by_preset
from api.transfer.read import read_source
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT, STORED
from tests.api.conftest import desk_over
from tests.databases import copy_of

CATALOGUE = read_catalogue()
VILLAGE = "4201110812050000000"
FIELD = shapely.box(548_000, 3_380_000, 548_100, 3_380_060)


def survey(path, year, *classes):
    """A survey's file: fields side by side, each of a class, all of one village."""
    rows = [
        {"BSM": f"{year}{n}", "TBBH": f"{n:04}", "ZLDWDM": VILLAGE, "DLBM": code, "QSXZ": "30", "SJNF": year,
         "TBMJ": 6000.0, "KCXS": 0.1 if code.startswith("01") else None,
         "geometry": shapely.affinity.translate(FIELD, 100 * n)}
        for n, code in enumerate(classes)
    ]  # fmt: skip
    gpd.GeoDataFrame(rows, crs=METRIC_DEFAULT).to_crs(STORED).to_file(path, layer="DLTB")
    return path


@pytest.fixture(scope="module")
def desk(cluster, city_template, tmp_path_factory):
    folder, layer = tmp_path_factory.mktemp("surveys"), CATALOGUE["landuse"]
    surveys = [
        survey(folder / "一.gpkg", 2024, "0103", "0103", "0404"),
        survey(folder / "二.gpkg", 2025, "0103", "0601", "0103"),
    ]
    with copy_of(cluster, city_template) as engine:
        for number, path in enumerate(surveys):
            source, manner = by_preset(
                preset_named(layer, "dltb"), read_source(path), Manner(edition=Edition(replace=number > 0))
            )
            with engine.begin() as connection:
                assert import_source(connection, CATALOGUE, layer, source, manner).applied
        with desk_over(engine) as desk:
            yield desk


def asked(desk, **more):
    [drawn] = gpd.GeoSeries([shapely.box(548_050, 3_380_010, 548_250, 3_380_050)], crs=METRIC_DEFAULT).to_crs(STORED)
    body = {"geometry": shapely.geometry.mapping(drawn), "activity": "build", "store": False, **more}
    answer = desk.client.post("/landuse/check", json=body, headers=desk.person("landuse"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def classes(answer):
    [sandiao] = [one for one in answer["classes"] if one["scheme"] == "sandiao"]
    return {row["code"]: round(row["area"]["m2"]) for row in sandiao["rows"]}


@pytest.mark.parametrize(
    ("as_of", "found", "edition"),
    [
        ("2025-12-30", {"0103": 6000, "0404": 2000}, "2024年度国土变更调查"),
        ("2025-12-31", {"0103": 4000, "0601": 4000}, "2025年度国土变更调查"),
    ],
)
def test_a_check_answers_the_classes_of_its_day_and_names_the_edition(desk, as_of, found, edition):
    answer = asked(desk, as_of=as_of)
    assert classes(answer) == found
    editions = {one["edition"]: one["valid_from"] for one in answer["editions"] if one["layer"] == "landuse"}
    assert edition in editions
    assert answer["cultivated"]["net"]["m2"] == pytest.approx(answer["cultivated"]["gross"]["m2"] * 0.9, rel=1e-6)


def test_before_the_first_survey_nothing_is_known(desk):
    answer = asked(desk, as_of=str(date(2024, 12, 30)))
    assert classes(answer) == {} and answer["base"]["gap"]["m2"] == pytest.approx(8000, abs=1)
