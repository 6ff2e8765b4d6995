"""`huashan network` prints what the route tells, and writes what is to be mended."""

import json

from typer.testing import CliRunner

from api.cli.app import app
from tests.api.test_network import PATH, wkt


def test_it_prints_the_report_and_writes_what_is_to_be_mended(engine, tmp_path, monkeypatch):
    url = engine.url.render_as_string(hide_password=False)
    for name in ("HUASHAN_DATABASE_URL", "HUASHAN_OWNER_URL"):
        monkeypatch.setenv(name, url)
    empty = CliRunner().invoke(app, ["network"])
    assert empty.exit_code == 0 and "0 个节点" in empty.output, empty.output
    with engine.begin() as connection:
        for code, places in (("A", ((0, 0), (500, 0))), ("B", ((250, 1), (250, 300))), ("C", ((0, 900), (90, 900)))):
            connection.exec_driver_sql(PATH, (code, f"{code} 路", "footway", wkt(*places)))
    file = tmp_path / "路网.geojson"
    done = CliRunner().invoke(app, ["network", "--geojson", str(file)])
    assert done.exit_code == 0, done.output
    assert "步行到不了:1 段,0.09 千米" in done.output and "C 路,90 米" in done.output
    assert "接合 1 处,最远 1 米" in done.output
    assert {one["properties"]["what"] for one in json.loads(file.read_text("utf-8"))["features"]} == {
        "island",
        "snapped",
    }
    again = CliRunner().invoke(app, ["network", "--geojson", str(file)])
    assert again.exit_code != 0 and "要覆盖请加 --force" in str(again.exception)
