"""An office changes a rule or a class by a table, out and in again; what was answered before stays as it was."""

import pytest

from api.transfer.exporting import read_rows, write_features
from api.transfer.importing import Manner, import_source
from api.transfer.read import Reading, read_source
from api.transfer.tables import LANDUSE_CLASS, LANDUSE_RULE, exchanged
from layers.catalogue import read_catalogue
from tests.api.landuse.conftest import asked, box

CATALOGUE = read_catalogue()
HEAD = "规则编码,规则,活动,对象,结论,依据,怎么办\n"
YARD = box(220, 20, 280, 80)


def taken(desk, layer, path, **manner):
    with desk.engine.begin() as connection:
        return import_source(
            connection, CATALOGUE, layer, read_source(path, Reading(table=True)), Manner(ask=lambda _: True, **manner)
        )


def test_a_rule_of_the_office_is_told_and_judged_by(own_land, tmp_path):
    own = own_land.person("landuse")
    before = asked(own_land, YARD, headers=own)
    path = tmp_path / "规则.csv"
    path.write_text(
        f"{HEAD}street_yard,街道规定:宅基地上不得新建,建设;修路,class:0702,不可,花街规〔2026〕1号,请先报街道审核。\n"
        "built_build,建设用地上的建设须规划许可,建设;修路,group:built,可,街道授权,直接办理。\n",
        "utf-8",
    )
    report = taken(own_land, LANDUSE_RULE, path)
    assert (report.inserted, report.updated) == (1, 1), report.rejects
    told = own_land.client.get("/landuse/rules", headers=own).json()["rules"]
    (rule,) = [each for each in told if each["code"] == "street_yard"]
    assert rule["activities"] == ["build", "road"] and rule["title"] == "不可"
    found = asked(own_land, YARD, headers=own)
    reason = found["verdict"]["reasons"][0]
    assert (found["verdict"]["answer"], reason["rule"]) == ("no", "street_yard")
    assert reason["citation"] == "花街规〔2026〕1号"
    again = own_land.client.post(f"/landuse/checks/{before['check']}/again", headers=own).json()
    assert again["same"], again["differences"]


@pytest.mark.parametrize(
    "row",
    [
        "x,甲,飞行,group:farm,不可,依据,办法",
        "x,甲,建设,zone:gold:inside,不可,依据,办法",
        "x,甲,建设,group:farm,也许,依据,办法",
        "x,甲,建设,group:farm,不可,,办法",
        "大写,甲,建设,group:farm,不可,依据,办法",
    ],
)
def test_a_rule_that_means_nothing_is_refused_with_its_row(land, tmp_path, row):
    path = tmp_path / "规则.csv"
    path.write_text(HEAD + row + "\n", "utf-8")
    report = taken(land, LANDUSE_RULE, path)
    assert not report.applied and len(report.rejects) == 1


def test_both_tables_go_out_and_come_in_unchanged(own_land, tmp_path):
    for layer in (LANDUSE_RULE, LANDUSE_CLASS):
        assert exchanged(CATALOGUE, layer.id) is layer
        with own_land.engine.begin() as connection:
            rows = read_rows(connection, layer)
        path = tmp_path / f"{layer.id}.csv"
        write_features(rows, path)
        report = taken(own_land, layer, path)
        assert (report.inserted, report.updated) == (0, 0) and report.unchanged > 50, report.rejects
