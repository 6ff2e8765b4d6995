"""Every notebook runs from top to bottom, is kept without outputs, and draws a map that asks nothing of the outside."""

import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def run(path: Path, url: str, *, timeout_s: int = 120, **told: str) -> nbformat.NotebookNode:
    """The notebook with its outputs, run against a server; told: of its environment."""
    notebook = nbformat.read(path, as_version=4)
    environment = os.environ | {"HUASHAN_URL": url, "PYTHONPATH": str(ROOT)} | told
    client = NotebookClient(notebook, timeout=timeout_s, resources={"metadata": {"path": str(path.parent)}})
    client.execute(env=environment)
    return notebook


def printed(notebook: nbformat.NotebookNode) -> str:
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return "".join(output["text"] for output in outputs if output.output_type == "stream" and output.name == "stdout")


def page_of(notebook: nbformat.NotebookNode) -> str:
    import html

    frame = notebook.cells[-1].outputs[-1]["data"]["text/html"]
    return html.unescape(frame[frame.index('srcdoc="') + 8 :])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path):
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_defines_nothing_that_belongs_in_the_code(path):
    cells = nbformat.read(path, as_version=4).cells
    assert not re.search(r"^\s*(async )?(def|class) ", "\n".join(cell.source for cell in cells), re.M)


def test_a_track_goes_through_to_debt_and_the_same_on_dask(server_url):
    said = printed(run(ROOT / "notebooks" / "02_track_to_debt.ipynb", server_url))
    assert "申报 wgs84,实为 gcj02" in said and "完全相同" in said
    apart_m = re.search(r"与平台自己所算,至多相差 ([\d.]+) 米", said)
    assert float(apart_m[1]) < 0.05
    assert re.search(r"今日欠巡 [\d,]+ 米·天", said)


def test_days_by_plan_owe_less_than_by_any_other_rule_and_a_plan_that_is_gone_pays_what_it_promised(server_url):
    short = {"HUASHAN_MONTH_DAYS": "2", "HUASHAN_MONTH_GOINGS": "8", "HUASHAN_MONTH_ITERATIONS": "100"}
    said = printed(run(ROOT / "notebooks" / "04_plan_against_round.ipynb", server_url, **short))
    owed, apart = re.search(r"零时欠巡 ([\d,]+) 米·天;与平台自己所算,各职责至多相差 ([\d,.]+) 米·天", said).groups()
    assert float(apart.replace(",", "")) < 1e-3 * float(owed.replace(",", ""))
    assert "误差守约的 4 次执行,4 次落在其中" in said
    ends = re.search(r"月末欠巡\(米·天\):(.*)", said)[1]
    by_rule = {name: int(owed.replace(",", "")) for name, owed in re.findall(r"([^ 、]+) ([\d,]+)", ends)}
    assert len(by_rule) == 4 and min(by_rule, key=by_rule.get) == "方案"


@pytest.mark.browser
def test_the_first_notebook_answers_its_question_with_a_map_that_works_offline(server_url, browser, tmp_path):
    notebook = run(ROOT / "notebooks" / "01_unseen_banks.ipynb", server_url)
    assert "没有人看到" in printed(notebook)
    assert drawn_offline(notebook, browser, tmp_path) > 10


@pytest.mark.browser
def test_grids_that_nobody_visited_are_counted_and_drawn_on_a_map_that_works_offline(server_url, browser, tmp_path):
    notebook = run(ROOT / "notebooks" / "03_unvisited_grids.ipynb", server_url)
    said = printed(notebook)
    grids, never = map(int, re.search(r"(\d+) 个单元网格中有 (\d+) 个从没人走进去", said).groups())
    assert 0 < never < grids
    assert -1 <= float(re.search(r"ρ = (-?[\d.]+),n = (\d+)", said)[1]) <= 1
    assert drawn_offline(notebook, browser, tmp_path) > grids


@pytest.mark.browser
def test_outlines_are_checked_measured_again_and_their_conflicts_drawn(server_url, browser, tmp_path):
    notebook = run(ROOT / "notebooks" / "05_check_fifty_outlines.ipynb", server_url, HUASHAN_OUTLINES="10")
    said = printed(notebook)
    assert sum(map(int, re.findall(r"(?:不可|不能判定|须报批|可) (\d+) 个", said))) == 10
    apart, left = map(float, re.findall(r"至多相差 ([\d.]+) 平方米", said))
    assert apart < 0.1 and left < 1
    assert re.search(r"范围 10:\d+ 处,共 [\d.]+ 平方米,结论 须报批", said), "a sliver decides nothing"
    assert drawn_offline(notebook, browser, tmp_path) > 10


def drawn_offline(notebook, browser, folder) -> int:
    """How many shapes the notebook's map draws; nothing may be asked of the outside."""
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    (folder / "map.html").write_text(page_of(notebook).split("</iframe>")[0].rstrip('" >'), "utf-8")
    page.goto((folder / "map.html").as_uri())
    page.wait_for_selector("path.leaflet-interactive", state="attached")
    drawn = page.locator("path.leaflet-interactive").count()
    page.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    return drawn
