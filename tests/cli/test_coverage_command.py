"""`huashan coverage`: the same figures as the API, as a table, as files and as a picture that can be looked at."""

import json

import geopandas as gpd
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from api.cli.app import app
from api.coverage import picture
from api.coverage.picture import matches
from layers.catalogue import read_catalogue
from layers.crs import METRIC_DEFAULT

JUNE = ("--from", "2026-06-01", "--to", "2026-07-01")
COLOURS = {
    rule["id"].rsplit("-", 1)[1]: rule["paint"]["line-color"]
    for rule in read_catalogue()["last_seen"].style
    if rule["id"].startswith("last_seen-bank") and rule.get("metadata")
}


@pytest.fixture
def running(monkeypatch):
    """A function that makes a function that runs the command on a database: how it ended, and what it said."""
    monkeypatch.setenv("COLUMNS", "200")

    def on(engine):
        monkeypatch.setenv("HUASHAN_DATABASE_URL", engine.url.render_as_string(hide_password=False))

        def run(*arguments):
            found = CliRunner().invoke(app, ["coverage", *map(str, arguments)])
            return found.exit_code, found.output if found.exception is None else f"{found.output}{found.exception}"

        return run

    return on


@pytest.fixture
def huashan(running, sample_engine):
    return running(sample_engine)


@pytest.fixture
def told(client):
    """What the API says of June."""
    return client.get("/coverage/bank?from=2026-06-01&to=2026-07-01").json()


def test_table_and_files_tell_what_the_api_tells(huashan, told, tmp_path):
    code, said = huashan("bank", *JUNE, "--csv", tmp_path / "岸线.csv", "--parquet", tmp_path / "岸线.parquet")
    assert code == 0, said
    worst = max(told["targets"], key=lambda target: target["length_m"] - target["seen_m"])
    rows = [line.split() for line in said.splitlines() if "岸" in line and "%" in line]
    assert rows[0][0] == worst["code"] and f"{worst['seen_m']:,.0f}" in rows[0]
    assert f"{told['seen_m']:,.0f}" in said and "2026-06-01 00:00 至 2026-07-01 00:00(不含)" in said
    assert pd.read_csv(tmp_path / "岸线.csv")["seen_m"].sum() == pytest.approx(told["seen_m"])
    frame = gpd.read_parquet(tmp_path / "岸线.parquet")
    assert (len(frame), frame.crs.to_epsg()) == (2 * len(told["targets"]), 4490)


@pytest.mark.parametrize(("layer", "by"), [("grid", "target"), ("grid", "community"), ("site", "target")])
def test_areas_and_points_are_told_as_the_api_tells_them(huashan, client, tmp_path, layer, by):
    told = client.get(f"/coverage/{layer}?from=2026-06-01&to=2026-07-01&by={by}").json()["targets"]
    code, said = huashan(layer, *JUNE, "--by", by, "--csv", tmp_path / "a.csv")
    assert code == 0, said
    written = pd.read_csv(tmp_path / "a.csv", dtype={"code": str}).set_index("code", drop=False)
    assert written["visits"].tolist() == [one["visits"] for one in told]
    assert written["dwell_s"].sum() == pytest.approx(sum(one["dwell_s"] for one in told))
    least = min(told, key=lambda one: (one["visits"], one["dwell_s"]))
    row = next(line for line in said.splitlines() if line.split()[:1] == [least["code"]])
    assert row.rstrip().endswith(least["last_seen"][:16].replace("T", " ") if least["last_seen"] else "从未")


def test_surfaces_are_written_with_what_was_seen_of_them(huashan, tmp_path):
    code, said = huashan("farmland", *JUNE, "--parquet", tmp_path / "a.parquet")
    assert code == 0, said
    frame = gpd.read_parquet(tmp_path / "a.parquet")
    seen = frame[frame.seen & frame.geometry.notna()].to_crs(METRIC_DEFAULT)
    assert len(seen) and seen.area.to_numpy() == pytest.approx(seen["seen_m2"].to_numpy(), rel=1e-3)


def test_only_what_counts_for_a_duty_is_told_as_the_api_tells_it(huashan, client, tmp_path):
    duties = [one for one in client.get("/duties").json()["duties"] if one["layer"] in ("bank", "reach")]
    duty = next(one["code"] for one in duties if one["settled_by"] == "own")
    told = client.get("/coverage/bank", params={"from": "2026-06-01", "to": "2026-07-01", "duty": duty}).json()
    code, said = huashan("bank", *JUNE, "--duty", duty, "--csv", tmp_path / "a.csv")
    assert code == 0, said
    every = client.get("/coverage/bank?from=2026-06-01&to=2026-07-01").json()["seen_m"]
    assert pd.read_csv(tmp_path / "a.csv")["seen_m"].sum() == pytest.approx(told["seen_m"]) and told["seen_m"] != every


def test_a_picture_has_the_colours_of_the_map_and_its_lengths_are_those_of_the_table(huashan, told, tmp_path):
    code, said = huashan("bank", *JUNE, "--picture", tmp_path / "a.png")
    assert (code, "已画" in said) == (0, True), said
    image = Image.open(tmp_path / "a.png").convert("RGB")
    drawn = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in image.getcolors(1 << 24)}
    assert {COLOURS["never"], COLOURS["7"], COLOURS["30"]} <= drawn
    assert COLOURS["old"] not in drawn, "June is over before anything seen in it is older than 30 days"


def test_without_a_chinese_font_the_words_are_english_and_that_is_said(huashan, tmp_path, monkeypatch):
    monkeypatch.setattr(picture, "_chinese_font", lambda: None)
    code, said = huashan("road", "--to", "2026-07-01", "--picture", tmp_path / "b.svg")
    assert (code, "fonts-wqy-microhei" in said) == (0, True), said
    assert "<svg" in (tmp_path / "b.svg").read_text("ascii")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("landuse",), "road"),
        (("grid", "--picture", "x.png"), "--picture"),
        (("grid", "--by", "water"), "community"),
        (("bank", "--duty", "没有"), "没有职责"),
        (("bank", "--by", "moon"), "target"),
        (("road", "--by", "reach"), "community"),
        (("bank", "--from", "gestern"), "from"),
        (("bank", "--from", "2026-07-01", "--to", "2026-06-01"), "空"),
        (("bank", "--reach-m", "0"), "--reach-m"),
        (("bank", "--picture", "x.gif"), ".png"),
        (("bank", "--csv", "/proc/none/x.csv"), "没有文件夹"),
        (("bank", "--csv", "{there}"), "--force"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_remedy(huashan, tmp_path, arguments, word):
    there = tmp_path / "x.csv"
    there.write_text("mine")
    code, said = huashan(*(argument.format(there=there) for argument in arguments))
    assert (code != 0, word in said, there.read_text()) == (True, True, "mine"), said


ROAD = """
INSERT INTO city.road (code, geom)
SELECT 'R1', ST_SetSRID('LINESTRING (114.5 30.56, 114.51 30.56)'::geometry, Find_SRID('city', 'road', 'geom'))
"""
UNKNOWN = """
INSERT INTO city.unknown_span (layer, target_code, span, until) VALUES ('road', 'R1', '[0,30000)', '2026-06-01')
"""


def test_what_is_not_there_yet_is_told_with_what_to_do(running, engine):
    huashan = running(engine)
    code, said = huashan("road")
    assert (code, "huashan import road" in said) == (1, True), said
    with engine.begin() as connection:
        connection.exec_driver_sql(ROAD)
    code, said = huashan("road")
    assert (code, "0 %" in said, "从未" in said, "patrols import" in said) == (0, True, True, True), said


def test_what_nobody_can_tell_is_not_drawn_as_never_seen(running, engine, tmp_path):
    huashan = running(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(ROAD)
        connection.exec_driver_sql(UNKNOWN)
    for period, unknown in (("--to", "2026-07-01"), True), (("--from", "2026-06-02"), False):
        assert huashan("road", *period, "--picture", tmp_path / "a.svg", "--force")[0] == 0
        drawn = (tmp_path / "a.svg").read_text("utf-8")
        assert (COLOURS["never"] in drawn, COLOURS["unknown"] in drawn) == (True, unknown), period


def test_a_time_without_patrols_says_when_the_last_was(huashan):
    code, said = huashan("bank", "--from", "2027-01-01", "--to", "2027-01-02")
    assert (code, "此前最近一次在 2026-06-" in said) == (0, True), said


def test_every_piece_falls_under_one_rule_of_the_style():
    rules = [rule for rule in read_catalogue()["last_seen"].style if rule.get("metadata", {}).get("legend")]
    for facts in ({"never": True}, *({"never": False, "days": days} for days in (0, 2.9, 3, 13, 14, 29, 30, 4000))):
        for layer in ("bank", "road"):
            found = [rule for rule in rules if matches(rule["filter"], {"layer": layer, **facts})]
            assert len(found) == 1, json.dumps(facts)
