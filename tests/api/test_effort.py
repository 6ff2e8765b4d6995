"""Effort over HTTP: every metre and second in one cell, or outside; cells that nobody came to; who may ask."""

import io

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.crs import METRIC_DEFAULT, STORED_SRID, WIRE, project
from tests.api.conftest import until
from tests.api.test_whole_coverage import posted, town  # noqa: F401 - fixture

JUNE = "from=2026-06-01&to=2026-07-01"
LENGTH_M, TIME_S = 430 + 250, 360 + 210
"""Of the two walks of the town: both lie in the street."""


@pytest.fixture
def ask(town):  # noqa: F811
    town.run("INSERT INTO city.edition (layer, name, sample) VALUES ('road', '实测', false)")
    until(lambda: town.client.app.state.gate.watch.known().holding != "sample")
    headers = town.person("analyst")
    town.run("INSERT INTO city.post (code, kind) SELECT 'HZ-1', 'lake_chief' WHERE NOT EXISTS (SELECT FROM city.post)")

    def asked(query=JUNE, status=200):
        answer = town.client.get(f"/effort?{query}", headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    return asked


@pytest.mark.parametrize(
    "cells", ["square&size_m=100", "hexagon&size_m=130", "grid&level=community", "grid&level=street"]
)
def test_cells_and_what_lies_outside_sum_to_all_that_was_gone(ask, cells):
    told = ask(f"{JUNE}&cells={cells}").json()
    rows = [feature["properties"] for feature in told["features"]]
    assert sum(row["length_m"] for row in rows) + told["outside_m"] == pytest.approx(told["length_m"])
    assert told["length_m"] == pytest.approx(LENGTH_M, abs=0.2) and told["time_s"] == pytest.approx(TIME_S)
    assert (told["patrols"], told["outside_m"]) == (2, pytest.approx(0, abs=1e-6))
    assert told["count"] == len(rows) and told["never_visited"] == sum(row["time_s"] == 0 for row in rows)


def test_cells_are_where_the_walks_went_and_zero_everywhere_else(ask):
    told = ask(f"{JUNE}&cells=square&size_m=100").json()
    zeros = [feature for feature in told["features"] if feature["properties"]["length_m"] == 0]
    assert len(zeros) > 50
    drawn = np.array([shapely.geometry.shape(feature["geometry"]) for feature in told["features"]], dtype=object)
    went = shapely.box(545_000 - 100, 3_380_000 - 0.01, 545_000 + 500, 3_380_000 + 0.01)
    for shape, feature in zip(project(drawn, WIRE, METRIC_DEFAULT), told["features"], strict=True):
        if feature["properties"]["length_m"] > 0.001:
            assert shape.intersects(went)


def test_modes_posts_and_periods_choose_the_patrols(ask):
    assert ask(f"{JUNE}&mode=boat").json()["patrols"] == 0
    assert ask(f"{JUNE}&mode=foot,boat").json()["patrols"] == 2
    assert ask(f"{JUNE}&post=HZ-1").json()["length_m"] == 0
    early = ask("from=2026-06-01&to=2026-06-02").json()
    assert early["patrols"] == 1 and early["length_m"] == pytest.approx(430, abs=0.2)


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("size_m=20", 400, "size_m"),
        ("size_m=nan", 400, "有限的数字"),
        ("size_m=inf&cells=triangle", 400, "另有 1 处不对:size_m"),
        ("cells=grid&level=street&size_m=100", 400, "去掉 size_m"),
        ("cells=square&level=street", 400, "去掉 level"),
        ("from=2026-06-01T08:00", 400, "from=2026-06-01"),
        ("to=2026-06-01T08:00", 400, "to=2026-06-01"),
        ("known_at=2026-06-01", 400, "不认识查询参数"),
        ("cells=triangle", 400, "cells"),
        ("mode=horse", 400, "应为 foot"),
        ("cells=grid&level=unit", 404, "可用 level=community、street,或用 cells=square"),
        ("from=昨天", 400, "看不懂"),
        ("post=HZ-1,NOPE", 404, "没有编码为 'NOPE' 的责任岗位:可用的见 /posts"),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_remedy(ask, query, status, words):
    assert words in ask(query, status=status).json()["detail"]


def test_too_many_cells_are_refused_with_a_size_that_would_do(ask, monkeypatch):
    monkeypatch.setattr("api.coverage.effort.MOST_CELLS", 20)
    detail = ask(f"{JUNE}&cells=square&size_m=50", status=413).json()["detail"]
    enough_m = int(detail.split("加大到 ")[1].split(" ")[0])
    assert ask(f"{JUNE}&cells=square&size_m={enough_m}").json()["count"] <= 40


def test_files_hold_the_same_figures(ask):
    query = f"{JUNE}&cells=grid&level=community"
    rows = [feature["properties"] for feature in ask(query).json()["features"]]
    table = pd.read_csv(io.BytesIO(ask(query + "&format=csv").content), dtype={"code": str})
    assert table["length_m"].tolist() == pytest.approx([row["length_m"] for row in rows])
    assert set(table["from"]) == {"2026-06-01T00:00:00+08:00"} and not table["future"].any()
    assert table["erased_to"].isna().all() and ask("from=2100-01-01").json()["future"]
    written = ask(query + "&format=parquet").content
    assert ask(query + "&format=geoparquet").content == written
    frame = gpd.read_parquet(io.BytesIO(written))
    assert frame.crs.to_epsg() == STORED_SRID and frame["time_s"].tolist() == [row["time_s"] for row in rows]


def test_without_a_grid_the_remedy_is_told(own_desk):
    for cells in ("hexagon", "grid"):
        own_desk.run("DELETE FROM city.grid")
        answer = own_desk.client.get(f"/effort?cells={cells}", headers=own_desk.person("dispatcher"))
        assert (answer.status_code, "huashan import grid" in answer.json()["detail"]) == (404, True)


def test_what_was_erased_is_named_and_only_analysts_and_dispatchers_may_ask(town):  # noqa: F811
    town.run("DELETE FROM city.leg WHERE patrol_id = (SELECT patrol_id FROM city.patrol WHERE code = 'A')")

    def asked(query, role="dispatcher"):
        return town.client.get(f"/effort?{query}", headers=town.person(role))

    told = asked(JUNE).json()
    assert told["patrols"] == 1 and told["erased_to"].startswith("2026-06-01T")
    spent_s = [cell["properties"]["time_s"] for cell in told["features"]]
    assert told["never_visited"] is None and None in spent_s and 0 not in spent_s, (
        "where nothing is left nobody can tell"
    )
    first = "from=2026-06-01&to=2026-06-02"
    assert asked(first, "analyst").json()["erased_to"] == "2026-06-01"
    gone = asked(first).json()
    assert [gone[name] for name in ("length_m", "time_s", "outside_m", "outside_s")] == [None] * 4
    table = pd.read_csv(io.BytesIO(asked(first + "&format=csv").content))
    assert table[["length_m", "time_s"]].isna().all(axis=None) and set(table["erased_to"]) == {gone["erased_to"]}
    assert gpd.read_parquet(io.BytesIO(asked(first + "&format=parquet").content)).attrs["length_m"] is None
    assert town.status(f"/effort?{JUNE}", town.person("viewer")) == 403
    assert town.status(f"/effort?{JUNE}", town.person("patroller")) == 403
    assert town.status(f"/effort?{JUNE}", town.person("analyst")) == 200
