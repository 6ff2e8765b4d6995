"""Imports run one way: seeds and geo use only values of layers, layers use nothing of ours, nothing uses api."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VALUES = {"layers.crs", "layers.errors", "layers.values"}
ALLOWED = {
    "layers": {"layers"},
    "geo": {"geo"} | VALUES,
    "seeds": {"seeds"} | VALUES,
    "api": {"api", "geo", "layers", "seeds"},
}
SRID_LITERALS = {"4490", "4326", "3857", "4547", "4526"}


def ours(file: Path) -> set[str]:
    """The modules of ours that a file imports, as dotted names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} if node.module not in ALLOWED else {f"{node.module}.{a.name}" for a in node.names}
    return {name for name in names if name.split(".")[0] in ALLOWED}


def permitted(name: str, allowed: set[str]) -> bool:
    return any(name == one or name.startswith(one + ".") for one in allowed)


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_run_one_way(package):
    wrong = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in (ROOT / package).rglob("*.py")
        for name in ours(file)
        if not permitted(name, ALLOWED[package])
    }
    assert not wrong


def test_the_numbers_of_coordinate_systems_stand_in_one_module():
    wrong = set()
    for package in ALLOWED:
        for file in (ROOT / package).rglob("*.py"):
            if file == ROOT / "layers" / "crs.py":
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and str(node.value).removeprefix("EPSG:") in SRID_LITERALS:
                    wrong.add(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert not wrong


def test_notebooks_hold_no_functions():
    import json

    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        assert not [cell for cell in cells if cell["cell_type"] == "code" and "def " in "".join(cell["source"])]


def test_the_server_starts_without_what_only_some_questions_need():
    heavy = {"numba", "pandas", "openpyxl", "matplotlib", "distributed"}
    code = f"import sys, api.app; print(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
