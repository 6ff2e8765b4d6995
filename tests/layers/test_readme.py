"""The example of layers/README.md works as it stands there."""

import re
import shutil

import pytest

from layers.catalogue import LAYERS_FOLDER, read_catalogue
from layers.migrate import migrate
from layers.query import rows
from tests.databases import FACTS
from tests.layers.conftest import tile_within
from tests.layers.test_tiles import tile_of

README = (LAYERS_FOLDER / "README.md").read_text("utf-8")
EXAMPLE = re.findall(r"^`(bench/[\w./]+)`: .*?^```\w+\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    """A copy of the layers with the example's folder dropped in."""
    copy = tmp_path / "layers"
    shutil.copytree(LAYERS_FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in EXAMPLE:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, "utf-8")
    return copy


def test_the_example_is_a_whole_folder():
    assert [name.split("/", 1)[1] for name, _ in EXAMPLE] == [
        "layer.toml",
        "migrations/0001_bench.py",
        "migrations/0001_bench.sql",
        "style.json",
    ]


def test_a_folder_dropped_in_is_a_layer_with_tiles_features_and_history(engine, folder):
    layer = read_catalogue(folder)["bench"]
    assert layer.style[0]["metadata"]["legend"]["zh"] == "长椅"
    assert migrate(engine, FACTS, folder=folder) == ["bench_0001"]
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO city.bench (code, seats, geom) "
            "SELECT 'C1', 3, ST_SetSRID(ST_MakePoint(114.5, 30.55), Find_SRID('city', 'bench', 'geom'))"
        )
        x, y = (int(part) for part in tile_of(114.5, 30.55, 14))
        drawn = tile_within(connection, "bench", 14, x, y, read_catalogue(folder))["bench"]["features"]
        assert drawn[0]["properties"] == {"code": "C1", "seats": 3}
        columns = {row["name"]: row["zh"] for row in rows(connection, "deployment/columns", table="city.bench")}
        assert (columns["seats"], columns["code"]) == ("座位数", "编码")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE city.bench SET seats = 4")
        assert connection.exec_driver_sql("SELECT seats FROM city.bench_history").scalar() == 3


def test_the_readme_names_every_folder():
    for folder in LAYERS_FOLDER.glob("*/migrations"):
        assert f"`{folder.parent.name}`" in README, folder.parent.name
    for layer_id in read_catalogue():
        assert re.search(rf"`{layer_id}`", README), layer_id
