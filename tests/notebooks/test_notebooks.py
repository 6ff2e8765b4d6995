"""Every notebook runs from top to bottom, is kept without outputs, and draws a map that asks nothing of the outside."""

import json
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def run(path: Path, url: str) -> nbformat.NotebookNode:
    """The notebook with its outputs, run against a server."""
    notebook = nbformat.read(path, as_version=4)
    environment = os.environ | {"HUASHAN_URL": url, "PYTHONPATH": str(ROOT)}
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}})
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


@pytest.mark.browser
def test_the_first_notebook_answers_its_question_with_a_map_that_works_offline(server_url, browser, tmp_path):
    notebook = run(ROOT / "notebooks" / "01_unseen_banks.ipynb", server_url)
    assert "没有人看到" in printed(notebook)
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    (tmp_path / "map.html").write_text(page_of(notebook).split("</iframe>")[0].rstrip('" >'), "utf-8")
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector("path.leaflet-interactive", state="attached")
    assert page.locator("path.leaflet-interactive").count() > 10
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    page.close()
