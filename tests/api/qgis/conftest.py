"""PyQGIS, where the system's Python has it."""

import json
import subprocess
from pathlib import Path

import pytest

SYSTEM_PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="session")
def qgis():
    """Asks QGIS: `qgis("project", path)`; the test is skipped, saying so, where it is not installed."""
    found = subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    if found.returncode:
        pytest.skip("python3-qgis is not installed")

    def ask(*arguments: str):
        script = str(Path(__file__).with_name("in_qgis.py"))
        done = subprocess.run(
            [SYSTEM_PYTHON, script, *arguments], capture_output=True, text=True, check=True, timeout=120
        )
        return json.loads(done.stdout.splitlines()[-1])

    return ask
