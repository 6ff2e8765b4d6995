"""How fast fixes are taken in over HTTP, durable and idempotent, beside a bare COPY into the same table. One run.

Several connections send batches of 5,000 fixes to one server process; the rival is COPY alone, as text and in its
binary form, with rows made beforehand, on a durable cluster. The ratio is to the faster of the two. What a batch costs
its receiver is printed by JSON, gzip and NDJSON; then how long the sightings took to follow.
"""

import gzip
import http.client
import io
import json
import multiprocessing
import time
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

import numpy as np
import pytest
from sqlalchemy import create_engine

from api.access import tokens
from api.cluster.cluster import APP, OWNER, Cluster
from api.cluster.temporary import temporary_place
from api.sightings.copying import POSTGRES_EPOCH_US, binary_rows
from layers.migrate import migrate
from tests.conftest import serving
from tests.databases import FACTS

BATCH, BATCHES, CONNECTIONS = 5_000, 60, 4
START_S = 1_780_000_000
COLUMNS = "device, time, patrol_id, lon_raw, lat_raw, datum, lon, lat, accuracy_m, left_out"


@pytest.fixture(scope="module")
def engine():
    with temporary_place() as place:
        cluster = Cluster(replace(place, durable=True))
        try:
            cluster.create()
            cluster.start(tied=True)
            cluster.create_database("bench", "template1")
            engine = create_engine(cluster.url("bench", OWNER))
            migrate(engine, FACTS, APP)
            yield engine
            engine.dispose()
        finally:
            cluster.stop()


def places(count: int, start_s: int):
    """A walk round Huashan, a fix a second."""
    seconds = np.arange(count) + start_s
    angle = seconds / 900
    return seconds, 114.5 + 0.01 * np.cos(angle), 30.56 + 0.01 * np.sin(angle * 1.3)


def bodies(number: int, form: str) -> bytes:
    """The body of one batch, of a device of its own hour."""
    seconds, lon, lat = places(BATCH, START_S + number * BATCH)
    rows = [[float(s) + 0.5, round(x, 7), round(y, 7), 5.0] for s, x, y in zip(seconds.tolist(), lon, lat, strict=True)]
    if form == "ndjson":
        return "\n".join(map(json.dumps, rows)).encode()
    if form == "iso":
        stamps = np.datetime_as_string(seconds.astype("datetime64[s]"), unit="s").tolist()
        rows = [[f"{at}+00:00", *place] for (_, *place), at in zip(rows, stamps, strict=True)]
    body = json.dumps({"fixes": rows}).encode()
    return gzip.compress(body, 1) if form == "gzip" else body


KINDS = {"ndjson": {"Content-Type": "application/x-ndjson"}, "gzip": {"Content-Encoding": "gzip"}}


def send(url: str, token: str, code: str, sent: list[bytes], form: str) -> list[int]:
    """Send batches one after another over one connection; the statuses."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **KINDS.get(form, {})}
    statuses = []
    for body in sent:
        connection.request("POST", f"/patrols/{code}/fixes", body, headers)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    return statuses


def opened(url: str, token: str, device: str) -> str:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    body = json.dumps({"device": device, "crew": "甲组"})
    connection.request(
        "POST", "/patrols", body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    )
    code = json.loads(connection.getresponse().read())["code"]
    connection.close()
    return str(code)


def client(told: Connection, *what: object) -> None:
    """A process that sends its batches whenever it is told to."""
    while told.recv():
        told.send(send(*what))


@contextmanager
def at_work(url: str, token: str, form: str):
    """Client processes with their batches made, ready to send; the call that sends them answers fixes a second."""
    each = [bodies(number, form) for number in range(BATCHES // CONNECTIONS)]
    context, ends = multiprocessing.get_context("fork"), []
    for number in range(CONNECTIONS):
        end, theirs = context.Pipe()
        what = (url, token, opened(url, token, f"{form}-{number}"), each, form)
        context.Process(target=client, args=(theirs, *what), daemon=True).start()
        ends.append(end)

    def run(expected: int) -> float:
        began = time.perf_counter()
        for end in ends:
            end.send(True)
        found = [end.recv() for end in ends]
        spent_s = time.perf_counter() - began
        assert all(status == expected for statuses in found for status in statuses), found
        return BATCH * BATCHES / spent_s

    yield run
    for end in ends:
        end.send(False)


def copied(engine, binary: bool) -> float:
    """Fixes a second of COPY alone, a commit for each batch, rows made beforehand."""
    with engine.begin() as connection:
        patrol_id = connection.exec_driver_sql(
            "INSERT INTO city.patrol (code, mode) VALUES (%s, 'foot') RETURNING patrol_id", (f"copy-{binary}",)
        ).scalar()
        connection.exec_driver_sql("SELECT city.make_fix_partitions('2026-05-01', '2026-08-01')")
    rows = [(_binary if binary else _text)(number, patrol_id) for number in range(BATCHES)]
    form = "WITH (FORMAT binary)" if binary else ""
    raw = engine.raw_connection()
    began = time.perf_counter()
    for body in rows:
        with raw.cursor() as cursor:
            cursor.copy_expert(f"COPY city.fix ({COLUMNS}) FROM STDIN {form}", io.BytesIO(body), size=1 << 16)
        raw.commit()
    spent_s = time.perf_counter() - began
    raw.close()
    return BATCH * BATCHES / spent_s


def _text(number: int, patrol_id: int) -> bytes:
    seconds, lon, lat = places(BATCH, START_S + number * BATCH)
    stamps = np.datetime_as_string(seconds.astype("datetime64[s]"), unit="s").tolist()
    return "".join(
        f"copy-text\t{at}Z\t{patrol_id}\t{x:.7f}\t{y:.7f}\twgs84\t{x:.7f}\t{y:.7f}\t5\t\\N\n"
        for at, x, y in zip(stamps, lon, lat, strict=True)
    ).encode()


def _binary(number: int, patrol_id: int) -> bytes:
    seconds, lon, lat = places(BATCH, START_S + number * BATCH)
    columns = [
        ("S11", b"copy-binary"), (">i8", seconds * 1_000_000 - POSTGRES_EPOCH_US), (">i8", patrol_id), (">f8", lon),
        (">f8", lat), ("S5", b"wgs84"), (">f8", lon), (">f8", lat), (">f4", 5.0), None,
    ]  # fmt: skip
    return b"PGCOPY\n\xff\r\n\x00" + bytes(8) + binary_rows(BATCH, columns) + b"\xff\xff"


def waited(engine) -> float:
    """Seconds until nothing is left to be worked out."""
    began = time.perf_counter()
    with engine.connect() as connection:
        while connection.exec_driver_sql("SELECT EXISTS (SELECT FROM city.patrol_backlog)").scalar():
            connection.rollback()
            time.sleep(0.05)
    return time.perf_counter() - began


def test_ingest_beside_a_bare_copy(engine):
    with engine.begin() as connection:
        token = tokens.new(connection, "张三", None, ["dispatcher"], None)
    rates = {"COPY, text": copied(engine, False), "COPY, binary": copied(engine, True)}
    best = max(rates.values())
    print(f"\n{BATCH * BATCHES:,} fixes in batches of {BATCH:,}; fixes a second, and share of the faster COPY")
    with serving(engine) as url:
        for form in ("json", "iso", "gzip", "ndjson"):
            with at_work(url, token, form) as run:
                rates[f"HTTP, {form}"] = run(201)
                lag_s = waited(engine)
                rates[f"HTTP, {form}, all repeated"] = run(200)
                waited(engine)
            print(f"  sightings of {BATCH * BATCHES:,} fixes ({form}) followed the last answer by {lag_s:.1f} s")
    for name, rate in rates.items():
        print(f"  {name:30} {rate:10,.0f}   {rate / best:6.2f}")
