"""`huashan plan`: from the crews of the README to a sheet, a track, a map layer and the numbers of each crew."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.app import app
from tests.api.conftest import fill
from tests.api.plans.conftest import CITY
from tests.databases import copy_of

[TOML] = re.findall(
    r"^```toml\n(.*?)^```$", (Path(__file__).parents[2] / "api/README.md").read_text("utf-8"), re.M | re.S
)


@pytest.fixture(scope="module")
def town(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(CITY, execution_options={"no_parameters": True})
        yield engine


@pytest.fixture
def huashan(town, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("HUASHAN_DATABASE_URL", town.url.render_as_string(hide_password=False))

    def run(*arguments):
        found = CliRunner().invoke(app, ["plan", *map(str, arguments)])
        return found.exit_code, found.output + (str(found.exception) if found.exception else "")

    return run


def test_the_crews_of_the_readme_get_their_sheets(huashan, tmp_path):
    crews, out = tmp_path / "crews.toml", tmp_path / "明天"
    crews.write_text(TOML, "utf-8")
    code, said = huashan("--date", "2026-03-02", "--crews", crews, "--out", out)
    assert code == 0, said
    [whole] = [path for path in out.glob("*.json") if " " not in path.name]
    plan = json.loads(whole.read_text("utf-8"))
    assert (plan["status"], plan["name"], plan["days"]) == ("done", "周五", ["2026-03-02"])
    assert [crew["name"] for crew in plan["crews"]] == ["乙组", "志愿者一队"]
    kinds = {path.suffix for path in out.iterdir() if "乙组" in path.name}
    assert kinds == {".pdf", ".gpx", ".geojson", ".json"}
    own = json.loads(next(path for path in out.glob("*乙组*.json")).read_text("utf-8"))
    assert [route["crew"] for route in own["routes"]] == ["HS00"]
    assert "欠巡" in said and "乙组 按缺省:方式" not in said and "志愿者一队" in said
    again = huashan("--date", "2026-03-02", "--crews", crews, "--out", out)
    assert again[0] == 1 and "--force" in again[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[crew]]\ncrew = '丙'", "登记的有"),
        ("[[crew]]\nfrom = 9", "crews.0.from"),
        ("crews = 3", "不认识"),
        ("[[crew", "TOML"),
        ("a = " + "[" * 50_000, "TOML"),
        ("options = 3", "options"),
    ],
)
def test_a_file_that_says_something_else_is_refused_before_anything_is_solved(huashan, tmp_path, text, said):
    crews = tmp_path / "crews.toml"
    crews.write_text(text, "utf-8")
    code, told = huashan("--crews", crews, "--out", tmp_path / "out")
    assert code == 1 and said in told, told


def test_who_stops_it_leaves_it_to_nobody(huashan, town, tmp_path, monkeypatch):
    def stopped(plan, catalogue):
        raise KeyboardInterrupt

    monkeypatch.setattr("api.plans.solve.solve_stored", stopped)
    huashan("--date", "2026-03-02", "--out", tmp_path / "out")
    with town.connect() as connection:
        newest = connection.exec_driver_sql("SELECT status FROM city.plan ORDER BY plan_id DESC LIMIT 1").scalar()
    assert newest == "cancelled"


def test_a_date_that_is_none_is_refused_in_words(huashan, tmp_path):
    code, said = huashan("--date", "明天", "--out", tmp_path / "out")
    assert code == 1 and "2026-09-01" in said
