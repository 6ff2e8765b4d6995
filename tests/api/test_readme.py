"""api/README.md is true: its Python, its GDAL commands, its page and its addresses for Excel, as they stand there."""

import base64
import csv
import doctest
import io
import json
import re
import shutil
import subprocess
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

from api.access import tokens
from api.cli.app import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "api" / "README.md").read_text("utf-8")
PLACE = "http://127.0.0.1:8000"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.M | re.S)


@pytest.fixture(scope="module")
def token(sample_engine):
    with sample_engine.begin() as connection:
        return tokens.new(connection, "王五", "分析员", ["analyst"], 1)


def test_its_examples_run_one_after_another_as_they_stand(server_url):
    told = [block for block in blocks("python") if "owslib" not in block or find_spec("owslib")]
    examples = doctest.DocTestParser().get_doctest("\n".join(told).replace(PLACE, server_url), {}, "README", None, 0)
    assert len(examples.examples) > 15
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(examples, out=said.append)
    assert said == [], "".join(said)


@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="gdal-bin is not installed")
def test_its_gdal_commands_run_in_a_shell(server_url, token, tmp_path):
    [script] = [block for block in blocks("sh") if "ogr2ogr" in block]
    told = f"set -e\nURL={server_url}\nTOKEN={token}\n{script}"
    done = subprocess.run(["sh", "-c", told], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} >= {"道路.gpkg", "主路.geojson", "网格.fgb"}
    assert "ERROR" not in done.stderr and "road" in done.stdout
    assert json.loads((tmp_path / "主路.geojson").read_text())["features"]


@pytest.mark.browser
def test_its_page_draws_the_layers(server_url, page):
    [text] = blocks("html")
    page.route("**/own.html", lambda route: route.fulfill(body=text, content_type="text/html"))
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{server_url}/own.html")
    page.wait_for_function("Number(document.title) > 10", timeout=60_000)
    assert complaints == []


def test_its_addresses_for_excel_answer_tables_to_a_basic_password(server_url, token):
    paths = re.findall(rf"\| `{PLACE}([^`]+csv)` \|", README)
    assert len(paths) == 4
    told = base64.b64encode(f"谁都行:{token}".encode()).decode()
    for path in paths:
        asked = urllib.request.Request(server_url + path, headers={"Authorization": f"Basic {told}"})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            rows = list(csv.reader(io.StringIO(answer.read().decode("utf-8-sig"))))
        assert len(rows) > 1 and len({len(row) for row in rows}) == 1, path


def test_what_it_names_is_there(client):
    named = {path for path in re.findall(r"`(/[a-z]+[\w./{}?=&]*)`", README)}
    known = client.get("/openapi.json").json()["paths"]
    first = {path.split("/")[1].split("{")[0] for path in known} | {"ogc", "docs", "tiles", "qgis", "wall", "plan"}
    assert len(named) > 5 and {path.split("/")[1] for path in named} <= first
    assert {name for name in re.findall(r"`?huashan ([a-z]+) ", README)} <= set(COMMANDS)
    assert f"huashan-{client.get('/client').json()['version']}-py3" in README
