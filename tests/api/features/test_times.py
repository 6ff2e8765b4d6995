"""Features of other days, and as they were known at other times."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import geopandas as gpd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from api.features.when import Days, days_of
from layers.errors import BadInput

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def today():
    """The day it is in the city, which is another than this machine's for a third of every day."""
    return datetime.now(ZONE).date()


SITES = {
    "S1": (date(2026, 1, 1), None),
    "S2": (date(2026, 1, 1), date(2026, 6, 1)),
    "S3": (date(2026, 6, 1), date(2026, 7, 1)),
    "S4": (date(2099, 1, 1), None),
    "S5": (date(2026, 6, 15), date(2026, 6, 15)),
}
SITE = """
INSERT INTO city.site (code, kind, name, provenance, edition_id, valid_from, valid_to, geom)
SELECT %s, 'outfall', '初名', 'synthetic', max(edition_id), %s, %s, ST_SetSRID(ST_Point(114.5, 30.5), 4490)
FROM city.edition
"""


@pytest.fixture(scope="module")
def past(asker):
    """Sites of several days. S1 was called otherwise before, and S9 was deleted; between lie three known times."""
    desk, times = asker.desk, []

    def note(*changes):
        for change in changes:
            desk.run(change)
        times.append(desk.run("SELECT now()"))

    for code, days in {**SITES, "S9": (date(2026, 1, 1), None)}.items():
        desk.run(SITE, code, *days)
    note()
    note("UPDATE city.site SET name = '新名' WHERE code = 'S1'", "DELETE FROM city.site WHERE code = 'S9'")
    note("UPDATE city.site SET valid_to = '2026-06-20' WHERE code = 'S3'")
    return asker, [time.isoformat() for time in times]


def test_without_a_time_it_is_today(past):
    asker, _ = past
    assert asker.codes("site") == ["S1"]


@settings(max_examples=12)
@given(st.dates(date(2025, 12, 1), date(2026, 8, 1)), st.none() | st.integers(0, 90), st.booleans())
def test_a_time_selects_what_is_true_on_one_of_its_days(past, first, length, open_end):
    asker, _ = past
    last = None if open_end else first + DAY * (length or 0)
    asked = f"{first}/{last or '..'}" if open_end or length is not None else f"{first}"
    until = {**SITES, "S3": (SITES["S3"][0], date(2026, 6, 20))}
    wanted = [
        code
        for code, (start, end) in until.items()
        if start <= (last or date.max) and (end is None or start < end) and (end or date.max) > first
    ]
    assert asker.codes("site", datetime=asked) == wanted


def test_what_was_known_then_is_told_as_it_was_then(past):
    asker, (first, second, third) = past

    def told(known_at, **more):
        features = asker.ask("site", known_at=known_at, **more).json()["features"]
        return {one["properties"]["code"]: one["properties"]["name"] for one in features}

    assert told(first) == {"S1": "初名", "S9": "初名"}
    assert told(second) == told(third) == {"S1": "新名"}
    assert "S3" in told(second, datetime="2026-06-25") and "S3" not in told(third, datetime="2026-06-25")
    assert told(first, filter="name = '初名' AND code <> 'S1'") == {"S9": "初名"}
    assert "太早" in asker.refusal("site", known_at="2020-01-01")


def test_one_feature_has_its_past_as_well(past):
    asker, (first, *_) = past
    number = asker.ask("site", code="S1").json()["features"][0]["id"]
    then = asker.ask("site", number, known_at=first)
    assert then.json()["properties"]["name"] == "初名"
    assert then.headers["etag"] != asker.ask("site", number).headers["etag"]
    assert "没有编号" in asker.refusal("site", number, status=404, datetime="2020-01-01")
    gone = asker.ask("site", known_at=first, code="S9").json()["features"][0]["id"]
    assert asker.ask("site", gone, known_at=first).json()["id"] == gone
    assert "没有编号" in asker.refusal("site", gone, status=404)


@pytest.fixture(scope="module")
def redrawn(editor):
    """A road that was longer before, and a time at which it was."""
    number = editor.ask("road", code="R005").json()["features"][0]["id"]
    then = editor.desk.run("SELECT now()").isoformat()
    editor.desk.run("UPDATE city.road SET geom = ST_LineSubstring(geom, 0, 0.5) WHERE code = 'R005'")
    return number, then


def _metres(feature):
    return Geod(ellps="GRS80").geometry_length(shapely.geometry.shape(feature["geometry"]))


def test_what_is_worked_out_is_told_of_every_time_by_the_shape_of_that_time(editor, redrawn):
    number, then = redrawn
    told = {
        name: editor.ask("road", number, **when).json()
        for name, when in {"now": {}, "today": {"datetime": f"{today()}"}, "then": {"known_at": then}}.items()
    }
    assert told["now"]["properties"] == told["today"]["properties"]
    assert list(told["then"]["properties"]) == list(told["now"]["properties"])
    # Half a degree off the middle of its zone the metric system is right to a few hundred-thousandths.
    for feature in told.values():
        assert feature["properties"]["length_m"] == pytest.approx(_metres(feature), rel=1e-4)
    assert told["then"]["properties"]["length_m"] == pytest.approx(2 * told["now"]["properties"]["length_m"])


def test_what_is_worked_out_can_be_asked_by_at_every_time(editor, redrawn):
    _, then = redrawn
    assert editor.codes("road", filter="length_m < 300") == ["R005"]
    assert editor.codes("road", filter="length_m < 300", known_at=then) == []
    assert "R005" in editor.codes("road", filter="length_m > 300", known_at=then)


def test_every_layer_has_the_columns_that_are_described_at_every_time(past):
    asker, (first, *_) = past
    for layer in asker.desk.client.app.state.gate.catalogue:
        told = asker.desk.client.get(f"/ogc/collections/{layer}/schema").json()["properties"]
        for when in ({}, {"datetime": f"{today()}"}, {"known_at": first}):
            if when.get("known_at") and layer == "last_seen":
                assert "不存历史" in asker.refusal(layer, **when)
            else:
                head = asker.ask(layer, f="csv", limit=1, **when).content.decode("utf-8-sig").splitlines()[0]
                assert set(head.split(",")) - {"wkt", "lon", "lat"} == set(told) - {"geom"}, (layer, when)


@pytest.mark.parametrize("format", ["fgb", "parquet", "gpkg"])
def test_files_hold_what_is_worked_out_at_every_time(editor, redrawn, tmp_path, format):
    number, then = redrawn
    for when in ({}, {"known_at": then}):
        path = tmp_path / f"road{len(when)}.{format}"
        path.write_bytes(editor.ask("road", f=format, code="R005", **when).content)
        read = gpd.read_parquet(path) if format == "parquet" else pyogrio.read_dataframe(path, layer="road")
        assert list(read["length_m"]) == [editor.ask("road", number, **when).json()["properties"]["length_m"]]


@pytest.mark.parametrize("size", [1, 2])
def test_pages_of_the_past_hold_each_feature_once(past, size):
    asker, (first, *_) = past
    pages = list(asker.pages("site", known_at=first, datetime="../..", limit=size))
    assert [code for page in pages for code in page] == ["S1", "S2", "S3", "S4", "S9"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-06-30", ("2026-06-30", "2026-06-30")),
        ("2026-06-30T23:00:00Z", ("2026-07-01", "2026-07-01")),
        ("2026-06-30t23:00:00z", ("2026-07-01", "2026-07-01")),
        ("2026-06-30T08:00:00 08:00", ("2026-06-30", "2026-06-30")),
        ("2026-06-01/2026-06-30", ("2026-06-01", "2026-06-30")),
        ("2026-06-01T00:00:00Z/2026-06-30T00:00:00+08:00", ("2026-06-01", "2026-06-30")),
        ("../2026-06-30", (None, "2026-06-30")),
        ("/2026-06-30", (None, "2026-06-30")),
        ("2026-06-30/", ("2026-06-30", None)),
        ("../..", (None, None)),
        ("2026-01-31/P1M", ("2026-01-31", "2026-02-28")),
        ("P1Y2M3DT4H/2026-06-30T02:00:00+08:00", ("2025-04-26", "2026-06-30")),
        ("2026-06-30T00:00:00Z/PT36H", ("2026-06-30", "2026-07-01")),
        ("2026-06-01/P2W", ("2026-06-01", "2026-06-15")),
        ("1900-01-01/9999-12-31", ("1900-01-01", "9999-12-31")),
    ],
)
def test_instants_and_intervals_are_read_as_days(text, days):
    assert days_of(text, ZONE) == Days(*(one and date.fromisoformat(one) for one in days))


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "2026-06-30/2026-06-01", "2026-06-01/2026-06-02/2026-06-03", "P1D", "P1D/P1D",
     "../P1D", "2026-06-01/P", "2026-06-01/PT", "2026-06-01/P99999999D", "9999-12-31/P1D",
     "0001-01-01T00:00:00Z/P1M/..", "P3000Y/2026-06-01", "9999-12-31T23:00:00Z", "2026-06-01/x"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    with pytest.raises(BadInput, match="datetime"):
        days_of(text, ZONE)
