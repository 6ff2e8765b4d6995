"""Where compiled code is kept, for how long, and that nothing depends on its being kept."""

import subprocess
import sys
from pathlib import Path

import pytest

from geo.coverage import compiled as module
from geo.coverage.compiled import compiled

GEO = Path(module.__file__).parents[1]
SHEET = """
from geo.coverage.compiled import compiled
from geo.sheet_of_numbers import ONE

@compiled
def more(value: float) -> float:
    return value + ONE
"""


@pytest.fixture
def checkout(tmp_path):
    """A copy of the decorator with a function that uses a constant of another file."""
    (tmp_path / "geo" / "coverage").mkdir(parents=True)
    (tmp_path / "geo" / "__init__.py").touch()
    (tmp_path / "geo" / "coverage" / "__init__.py").touch()
    (tmp_path / "geo" / "coverage" / "compiled.py").write_text(Path(module.__file__).read_text("utf-8"), "utf-8")
    (tmp_path / "geo" / "sheet_of_numbers.py").write_text("ONE = 1.0\n", "utf-8")
    (tmp_path / "geo" / "sheet.py").write_text(SHEET, "utf-8")
    return tmp_path


def ask(checkout, kept):
    """What the function says of 1.0 in a new process, and how many times it was compiled there."""
    code = "from geo.sheet import more; print(more(1.0), sum(more.stats.cache_misses.values()))"
    environment = {"NUMBA_CACHE_DIR": str(kept), "HOME": str(checkout)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    value, compiled_anew = done.stdout.split()
    return float(value), int(compiled_anew)


def test_a_later_process_compiles_only_what_has_changed_even_in_another_file(checkout, tmp_path):
    kept = tmp_path / "kept"
    assert ask(checkout, kept) == (2.0, 1)
    assert ask(checkout, kept) == (2.0, 0)
    (checkout / "geo" / "sheet_of_numbers.py").write_text("ONE = 2.0\n", "utf-8")
    assert ask(checkout, kept) == (3.0, 1)


def test_what_was_compiled_serves_a_copy_of_the_code(checkout, tmp_path):
    kept, copy = tmp_path / "kept", tmp_path / "copy"
    assert ask(checkout, kept) == (2.0, 1)
    copy.mkdir()
    (checkout / "geo").rename(copy / "geo")
    assert ask(copy, kept) == (2.0, 0)


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(monkeypatch):
    for kind in (module.Given, module.BesideCode, module.Own):
        monkeypatch.setattr(kind, "from_function", classmethod(lambda *_: None))

    @compiled
    def twice(value: float) -> float:
        return 2 * value

    assert twice(4.0) == 8.0


def test_the_compiler_is_loaded_only_once_it_is_needed():
    code = "import sys, geo.coverage.sightings, geo.coverage.lines; sys.exit('numba' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=GEO.parent, check=True)
