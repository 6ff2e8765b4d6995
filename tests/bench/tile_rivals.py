"""The other tile servers, where they are installed (tests/bench/README.md says how), over the same parcels.

Each serves a table of its own, as its users would have it: the five attributes, an index, and the shape either in
degrees, as it is stored here, or in 3857, which spares them the transformation. What is not installed is None.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import Engine

RIVALS = Path(os.environ.get("HUASHAN_RIVALS", "/opt/rivals"))
MOST = 1_000_000
"""Features a tile, for those who limit them."""
TABLES = """
DROP SCHEMA IF EXISTS rival CASCADE;
CREATE SCHEMA rival;
CREATE TABLE rival.parcel AS SELECT id, code, name, class_code, class_name, ownership, geom FROM city.landuse;
CREATE TABLE rival.parcel_3857 AS
SELECT id, code, name, class_code, class_name, ownership, geom_3857 AS geom FROM city.landuse;
ALTER TABLE rival.parcel ADD PRIMARY KEY (id);
ALTER TABLE rival.parcel_3857 ADD PRIMARY KEY (id);
CREATE INDEX ON rival.parcel USING gist (geom);
CREATE INDEX ON rival.parcel_3857 USING gist (geom);
ANALYZE rival.parcel;
ANALYZE rival.parcel_3857;
GRANT USAGE ON SCHEMA rival TO huashan_app;
GRANT SELECT ON ALL TABLES IN SCHEMA rival TO huashan_app;
"""
STOP = """
SELECT pg_cancel_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND query ILIKE '%ST_AsMVT(%';
"""


class Rival(NamedTuple):
    """A running server: its process, and where it has the tiles of a table."""

    pid: int
    address: str

    def url(self, table: str, z: int, x: int, y: int) -> str:
        """Where a tile is."""
        return self.address.format(table=table, z=z, x=x, y=y)


def make_tables(engine: Engine) -> None:
    """The tables that the rivals serve."""
    with engine.begin() as connection:
        connection.exec_driver_sql(TABLES)


def stop(engine: Engine) -> None:
    """End whatever a rival still asks of the database for a tile that nobody waits for any more."""
    with engine.begin() as connection:
        connection.exec_driver_sql(STOP, execution_options={"no_parameters": True})


@contextlib.contextmanager
def nginx(folder: Path, files: Mapping[str, tuple[bytes, str]]) -> Iterator[Rival | None]:
    """nginx with files on disk, each with its encoding ("" for none), sent as they are; None without nginx."""
    program = shutil.which("nginx")
    if program is None:
        yield None
        return
    port = free_port()
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)
    places = "".join(
        f"location = /{name} {{ root {folder}; add_header Vary Accept-Encoding; "
        + (f"add_header Content-Encoding {encoding}; " if encoding else "")
        + "}\n"
        for name, (_, encoding) in files.items()
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + "events { worker_connections 1024; }\n"
        "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=1000;\n"
        "types { } default_type application/vnd.mapbox-vector-tile; add_header Cache-Control no-cache;\n"
        f"server {{ listen 127.0.0.1:{port}; {places} }} }}\n"
    )
    command = [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with running(command, f"http://127.0.0.1:{port}/{next(iter(files))}") as pid:
        yield Rival(pid, f"http://127.0.0.1:{port}/{{table}}")


@contextlib.contextmanager
def tipg(engine: Engine) -> Iterator[Rival | None]:
    """TiPg with its limit of features raised."""
    program = RIVALS / "tipg/bin/uvicorn"
    if not program.exists():
        yield None
        return
    port = free_port()
    environ = {
        "DATABASE_URL": _url(engine),
        "TIPG_DB_SCHEMAS": '["rival"]',
        "TIPG_DB_SPATIAL_EXTENT": "false",
        "TIPG_MAX_FEATURES_PER_TILE": str(MOST),
    }
    base = f"http://127.0.0.1:{port}"
    command = [str(program), "tipg.main:app", "--port", str(port), "--log-level", "error", "--no-access-log"]
    with running(command, f"{base}/healthz", environ) as pid:
        yield Rival(pid, base + "/collections/rival.{table}/tiles/WebMercatorQuad/{z}/{x}/{y}")


@contextlib.contextmanager
def pygeoapi(engine: Engine, folder: Path) -> Iterator[Rival | None]:
    """pygeoapi with its provider of tiles from PostGIS."""
    program = RIVALS / "pygeoapi/bin/uvicorn"
    if not program.exists():
        yield None
        return
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    (folder / "pygeoapi.yml").write_text(json.dumps(_pygeoapi_settings(engine, base, port)))
    (folder / "pygeoapi.openapi.yml").write_text("openapi: 3.0.2\ninfo: {title: t, version: '1'}\npaths: {}\n")
    environ = {
        "PYGEOAPI_CONFIG": str(folder / "pygeoapi.yml"),
        "PYGEOAPI_OPENAPI": str(folder / "pygeoapi.openapi.yml"),
    }
    command = [
        str(program),
        "pygeoapi.starlette_app:APP",
        "--port",
        str(port),
        "--log-level",
        "error",
        "--no-access-log",
    ]
    with running(command, f"{base}/conformance?f=json", environ) as pid:
        yield Rival(pid, base + "/collections/{table}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt")


@contextlib.contextmanager
def martin(engine: Engine, *, cached: bool) -> Iterator[Rival | None]:
    """Martin, with or without its cache."""
    program = shutil.which("martin") or shutil.which("martin", path=str(RIVALS / "martin/bin"))
    if program is None:
        yield None
        return
    port = free_port()
    command = [
        program,
        "--listen-addresses",
        f"127.0.0.1:{port}",
        *([] if cached else ["--cache-size", "0"]),
        _url(engine),
    ]
    with running(command, f"http://127.0.0.1:{port}/health") as pid:
        yield Rival(pid, f"http://127.0.0.1:{port}/{{table}}/{{z}}/{{x}}/{{y}}")


@contextlib.contextmanager
def running(command: list[str], ready_url: str, environ: Mapping[str, str] | None = None) -> Iterator[int]:
    """A program from when it answers at an address to when it is not needed any more; its process number."""
    with subprocess.Popen(
        command, env={**os.environ, **(environ or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait(process, ready_url)
            yield process.pid
        finally:
            process.terminate()


def _url(engine: Engine) -> str:
    """The database as others name it: over its socket, whose folder stands where a host would."""
    where = quote(str(engine.url.query["host"]), safe="")
    return f"postgresql://{engine.url.username}@{where}/{engine.url.database}"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _pygeoapi_settings(engine: Engine, base: str, port: int) -> dict[str, object]:
    url = engine.url
    data = {
        "host": url.query["host"],
        "dbname": url.database,
        "user": url.username,
        "password": "",
        "search_path": ["rival"],
    }
    link = {"type": "text/html", "rel": "canonical", "title": "t", "href": base}
    words = {"title": "t", "description": "t", "keywords": ["t"]}
    extents = {"spatial": {"bbox": [114, 30, 115, 31], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}
    contact = {"name": "t", "url": base}
    collection = {
        "type": "collection", **words, "links": [link], "extents": extents,
        "providers": [
            {
                "type": "tile", "name": "MVT-postgresql", "data": data,
                "id_field": "id", "table": "{table}", "geom_field": "geom",
                "options": {"zoom": {"min": 0, "max": 22}},
                "format": {"name": "pbf", "mimetype": "application/vnd.mapbox-vector-tile"},
            }
        ],
    }  # fmt: skip
    resources = {
        name: json.loads(json.dumps(collection).replace("{table}", name)) for name in ("parcel", "parcel_3857")
    }
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port}, "url": base, "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8", "gzip": True, "languages": ["en-US"],
            "limits": {"default_items": 10, "max_items": 1000},
            "map": {"url": "none", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**words, "keywords_type": "theme", "terms_of_service": "t", "url": base},
            "license": {"name": "t", "url": base}, "provider": contact, "contact": contact,
        },
        "resources": resources,
    }  # fmt: skip
