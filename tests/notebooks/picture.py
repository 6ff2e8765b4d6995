"""The picture of the README: a month by plan against its rivals, as the fourth notebook draws it.

`HUASHAN_URL=… python -m tests.notebooks.picture` runs that notebook, some minutes, and writes both of its figures anew.
"""

import os
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "04_plan_against_round.ipynb"
PICTURES = {"promise.svg": 0, "month.svg": 1}
"""Which figure of the notebook each file is."""
DRAWN_ALIKE = "%config InlineBackend.figure_formats = ['svg']\nimport matplotlib\n"
DRAWN_ALIKE += "matplotlib.rcParams['svg.hashsalt'] = 'huashan'"


def main() -> None:
    """Runs the notebook against the platform at HUASHAN_URL; prints what it says, and writes the pictures."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(DRAWN_ALIKE))
    client = NotebookClient(notebook, timeout=1800, resources={"metadata": {"path": str(NOTEBOOK.parent)}})
    client.execute(env=os.environ | {"PYTHONPATH": str(ROOT)})
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    print("".join(output["text"] for output in outputs if output.get("name") == "stdout"))
    tables = [output["data"]["text/plain"] for output in outputs if "text/html" in output.get("data", {})]
    print("\n\n".join(tables))
    drawn = [output["data"]["image/svg+xml"] for output in outputs if "image/svg+xml" in output.get("data", {})]
    for name, place in PICTURES.items():
        # Matplotlib's own notes say when it drew: another text each time.
        lines = [
            line.rstrip() for line in re.sub(r"<metadata>.*?</metadata>", "", drawn[place], flags=re.S).splitlines()
        ]
        (ROOT / "notebooks" / name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
