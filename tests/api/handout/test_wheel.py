"""The client without the server: what it imports, what the wheel holds, that pip installs it from the platform."""

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from api.handout.wheel import CHECKOUT, Wheels
from layers.errors import NotFound

ONLY_SERVER = ["alembic", "brotli", "cql2", "defusedxml", "distributed", "fastapi", "gpxpy", "hatchling", "httptools"]
ONLY_SERVER += ["isal", "morecantile", "orjson", "osmium", "pmtiles", "psycopg2", "python_multipart", "sqlalchemy"]
ONLY_SERVER += ["starlette", "typer", "uvicorn", "uvloop"]
WITHOUT_SERVER = """
import sys
class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ONLY_SERVER:
            raise ModuleNotFoundError(name, name=name.split(".")[0])
sys.meta_path.insert(0, Refusing())
"""


@pytest.fixture(scope="module")
def made():
    return Wheels().wheel()


def without_server(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A new interpreter that has none of the server's packages."""
    told = f"ONLY_SERVER = {ONLY_SERVER!r}\n{WITHOUT_SERVER}\n{code}"
    return subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=False, env=os.environ | environment
    )


def test_the_client_reads_a_city_and_geo_works_on_it_without_any_package_of_the_server(server_url, made, tmp_path):
    zipfile.ZipFile(io.BytesIO(made.content)).extractall(tmp_path)
    code = f"""
import api
assert api.__file__.startswith({str(tmp_path)!r}), api.__file__
from api.client import Platform
from geo.coverage.sightings import Lines
with Platform({server_url!r}) as city:
    banks = city.layer("bank").to_crs("EPSG:4547")
    city.debt()
print(len(Lines(banks.geometry.to_numpy()).length_cm))
"""
    done = without_server(code, PYTHONPATH=str(tmp_path), PYTHONSAFEPATH="1")
    assert done.stdout.strip() == "12", done.stderr


def test_what_needs_the_server_says_what_to_install():
    done = without_server("from api.cli.start import main; main()", PYTHONPATH=str(CHECKOUT))
    assert done.returncode == 1 and "huashan[server]" in done.stderr and "Traceback" not in done.stderr
    code = "from api.client import Platform; Platform.at_database('postgresql:///x')"
    done = without_server(code, PYTHONPATH=str(CHECKOUT))
    assert "NotPossible" in done.stderr and "huashan[server]" in done.stderr


def test_the_wheel_is_the_same_bytes_each_time_and_whole(made):
    assert Wheels().wheel() == made
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = archive.namelist()
        told = archive.read("huashan-0.1.0.dist-info/METADATA").decode()
    assert {"api/client/platform.py", "layers/road/style.json", "layers/road/layer.toml", "geo/__init__.py"} <= {*names}
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests", "notebooks"))]
    base = [line for line in told.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert {"Requires-Dist: geopandas", "Requires-Dist: httpx2"} <= {*base}
    assert not [line for line in base if any(name in line.lower() for name in ("fastapi", "sqlalchemy", "psycopg2"))]


def test_the_platform_hands_the_wheel_out_to_everyone(real_desk, made):
    told = real_desk.client.get("/client").json()
    assert told["install"] == f"pip install {told['wheel']}" and told["wheel"].endswith(made.name)
    got = real_desk.client.get(f"/client/{made.name}")
    assert hashlib.sha256(got.content).digest() == hashlib.sha256(made.content).digest()
    page = real_desk.client.get("/client", headers={"Accept": "text/html,*/*"})
    assert page.headers["Content-Type"].startswith("text/html") and told["install"] in page.text
    assert real_desk.status("/client/huashan-9.9-py3-none-any.whl") == 404
    assert real_desk.status("/client/..%2fpyproject.toml") == 404


def test_a_platform_that_is_no_checkout_says_so(tmp_path):
    with pytest.raises(NotFound, match="源码"):
        Wheels(tmp_path).wheel()


@pytest.mark.skipif("HUASHAN_TEST_INSTALL" not in os.environ, reason="HUASHAN_TEST_INSTALL=1 installs with pip's index")
def test_pip_installs_the_client_into_an_empty_environment(server_url, made, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    limits = ["-c", str(CHECKOUT / "constraints.txt")]
    subprocess.run([python, "-m", "pip", "install", "-q", *limits, f"{server_url}/client/{made.name}"], check=True)
    code = f"from api.client import Platform; print(len(Platform({server_url!r}).layer('bank')))"
    done = subprocess.run([python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "12"
    assert not (Path(python).parents[1] / "lib" / "python3.11" / "site-packages" / "fastapi").exists()
