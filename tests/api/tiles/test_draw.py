"""A tile within its bounds, narrowed, and at another time; by statements that stay prepared."""

from datetime import UTC, datetime

import mapbox_vector_tile
import pyogrio
import pytest
from isal import igzip

from api.access.reader import Reader
from api.cluster.cluster import APP
from api.database import Database
from api.tiles import draw as drawing
from api.tiles import prepared
from api.tiles.asked import Asked
from api.tiles.draw import LeftOut, draw
from layers.catalogue import ROLES, read_catalogue
from layers.errors import BadInput
from tests.api.test_tiles import tile_at
from tests.databases import copy_of

CATALOGUE = read_catalogue()
SOMEONE = Reader("张三", "网格员", frozenset(ROLES), signed_in=True)
VIEWER = Reader("李四", "", frozenset({"viewer"}), signed_in=True)
FILL = """
INSERT INTO city.zone (code, name, kind, valid_from, geom)
SELECT 'Z' || n, '区' || n, (ARRAY['blue', 'green', 'grey'])[1 + n % 3], '2026-01-01',
       ST_Multi(ST_MakeEnvelope(114.5 + n % 20 * 0.0006, 30.55 + n / 20 * 0.0006,
                                114.5 + n % 20 * 0.0006 + 0.0001 + n * 1e-6, 30.5501 + n / 20 * 0.0006, 4490))
FROM generate_series(0, 239) AS n;
INSERT INTO city.road (code, name, class, width_m, valid_from, geom)
SELECT 'R' || n, NULLIF('路' || n, '路3'), 'primary', n + 1, '2026-01-01',
       ST_SetSRID(ST_MakeLine(ST_Point(114.5, 30.55 + n * 0.001), ST_Point(114.518, 30.5505 + n * 0.001)), 4490)
FROM generate_series(0, 9) AS n;
INSERT INTO city.observation (code, family, source, found_at, valid_from, note, geom)
VALUES ('O1', 'bank_slope', 'patrol', now() - interval '36 hours', '2026-01-01', '密',
        ST_SetSRID(ST_Point(114.505, 30.555), 4490));
"""
SPOTS = [tuple(map(int, tile_at(114.505, 30.555, z).split("/"))) for z in (9, 12, 13, 14, 16)]
HERE = SPOTS[3]


@pytest.fixture(scope="module")
def city(cluster, city_template):
    """A database with zones, roads and an observation, which tests leave as they found it."""
    with copy_of(cluster, city_template) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql(FILL, execution_options={"no_parameters": True})
        yield engine


@pytest.fixture
def database(city):
    database = Database.at(city.url.set(username=APP).render_as_string(hide_password=False), pool_size=1)
    yield database
    database.close()


@pytest.fixture
def ask(database):
    def drawn(layers, spot=HERE, reader=SOMEONE, **query):
        asked = Asked(tuple(layers.split(",")), *spot, tuple(sorted(query.items())))
        return draw(database, reader, asked, CATALOGUE)

    return drawn


def codes(drawn, layer="zone"):
    found = mapbox_vector_tile.decode(drawn.data) if drawn.data else {}
    return sorted(one["properties"]["code"] for one in found.get(layer, {"features": []})["features"])


def test_the_same_is_the_same_bytes_whatever_order_it_was_written_in(city, ask):
    first = {spot: ask("zone,road,observation", spot).data for spot in SPOTS}
    with city.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE city.zone SET name = name WHERE id % 2 = 0", execution_options={"no_parameters": True}
        )
        connection.exec_driver_sql("UPDATE city.road SET name = name WHERE id < 5")
    assert {spot: ask("zone,road,observation", spot).data for spot in SPOTS} == first


@pytest.mark.parametrize(("features", "size"), [(100, 500_000), (30_000, 4000), (100, 2000), (30_000, 900), (5, 60)])
def test_a_tile_stays_within_its_bounds_and_says_what_is_left_out(ask, monkeypatch, features, size):
    whole = ask("zone,road")
    monkeypatch.setattr(drawing, "TILE_FEATURES", features)
    monkeypatch.setattr(drawing, "TILE_BYTES", size)
    cut = ask("zone,road")
    assert len(igzip.compress(cut.data, 3, mtime=0)) <= size or not codes(cut) + codes(cut, "road")
    for one in cut.left_out:
        assert one.drawn == len(codes(cut, one.layer)) <= features
        assert one.of == len(codes(whole, one.layer))
    lacking = mapbox_vector_tile.decode(cut.data)["left_out"]["features"]
    assert [LeftOut(**{**one["properties"]}) for one in lacking] == list(cut.left_out) != []
    assert whole.left_out == () and "left_out" not in mapbox_vector_tile.decode(whole.data)
    assert ask("zone,road").data == cut.data


def test_the_weightiest_stay_and_the_largest_layer_gives_way_first(ask, monkeypatch):
    monkeypatch.setattr(drawing, "TILE_BYTES", 4000)
    cut = ask("zone,road")
    (zones,) = cut.left_out
    assert zones.layer == "zone" and len(codes(cut, "road")) == 10
    kept = {int(code[1:]) for code in codes(cut)}
    # The later the wider.
    assert kept == set(range(240 - len(kept), 240)) and len(kept) < 240


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"kind": "blue"}, "kind = 'blue'"),
        ({"filter": "kind IN ('blue', 'grey') AND NOT code LIKE 'Z1%'"}, "kind <> 'green' AND code NOT LIKE 'Z1%'"),
        (
            {"filter": "S_INTERSECTS(geom, BBOX(114.5, 30.55, 114.505, 30.56))"},
            "geom && ST_MakeEnvelope(114.5, 30.55, 114.505, 30.56, 4490)",
        ),
        (
            {"filter": '{"op": "=", "args": [{"property": "name"}, "区7"]}', "filter-lang": "cql2-json"},
            "name = '区7'",
        ),
    ],
)  # fmt: skip
def test_a_narrowed_tile_is_that_of_what_it_is_narrowed_to(city, ask, query, holds):
    narrowed = {spot: ask("zone", spot, **query).data for spot in SPOTS}
    assert 0 < len(codes(ask("zone", **query))) < 240
    with city.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE city.zone SET valid_to = '2026-01-02' WHERE NOT ({holds})",
            execution_options={"no_parameters": True},
        )
    try:
        assert {spot: ask("zone", spot).data for spot in SPOTS} == narrowed
    finally:
        with city.begin() as connection:
            connection.exec_driver_sql("UPDATE city.zone SET valid_to = NULL WHERE valid_to IS NOT NULL")


def test_a_tile_of_another_time_is_the_one_that_was_drawn_then(city, ask):
    then = {spot: ask("zone,road", spot).data for spot in SPOTS}
    with city.begin() as connection:
        known = connection.exec_driver_sql("SELECT now()").scalar()
    with city.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE city.kept AS SELECT id, code, name, kind, valid_from, geom FROM city.zone"
        )
        connection.exec_driver_sql("CREATE TABLE city.kept_road AS SELECT id, name, geom FROM city.road")
        connection.exec_driver_sql("UPDATE city.road SET name = '新名', geom = ST_Translate(geom, 0.001, 0)")
        connection.exec_driver_sql(
            "UPDATE city.zone SET geom = ST_Multi(ST_Envelope(geom)), kind = 'blue' WHERE id < 100"
        )
        connection.exec_driver_sql("DELETE FROM city.zone WHERE id >= 160")
    try:
        assert {spot: ask("zone,road", spot).data for spot in SPOTS} != then
        for spot, data in then.items():
            found = ask("zone,road", spot, known_at=known.isoformat())
            assert found.data == data and found.until is None, spot
            assert ask("zone,road", spot, known_at=known.isoformat(), datetime="2026-03-01").data == data
        assert ask("zone", datetime="2025-12-31").data == b""
    finally:
        with city.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE city.road AS r SET name = k.name, geom = k.geom FROM city.kept_road AS k WHERE k.id = r.id"
            )
            connection.exec_driver_sql(
                "UPDATE city.zone AS z SET geom = k.geom, kind = k.kind FROM city.kept AS k WHERE k.id = z.id"
            )
            connection.exec_driver_sql(
                "INSERT INTO city.zone (id, code, name, kind, valid_from, geom) SELECT * FROM city.kept WHERE id >= 160"
            )
            connection.exec_driver_sql("DROP TABLE city.kept, city.kept_road")


def test_what_changes_by_itself_says_when(ask):
    drawn = ask("observation")
    day = mapbox_vector_tile.decode(drawn.data)["observation"]["features"][0]["properties"]["days"]
    assert day == 1
    # Found 36 hours ago: it is two days old in twelve hours, unless midnight comes first.
    left_s = (drawn.until - datetime.now(UTC)).total_seconds()
    assert 0 < left_s <= 12 * 3600
    assert ask("zone").until.astimezone(drawn.until.tzinfo).time().isoformat() == "00:00:00"


@pytest.mark.parametrize(
    ("layers", "query", "named"),
    [
        ("zone", {"colour": "red"}, "'colour'"),
        ("zone,road", {"kind": "blue"}, "道路"),
        ("zone", {"filter": "kind ="}, "过滤条件"),
        ("zone", {"filter": "kind = 5"}, "kind"),
        ("zone", {"filter": "kind = 'blue'", "filter-lang": "sql"}, "'sql'"),
        ("zone", {"datetime": "yesterday"}, "'yesterday'"),
        ("zone", {"datetime": "2026-01-01/2026-02-01"}, "时段"),
        ("zone", {"known_at": "1960-01-01"}, "太早"),
        ("last_seen", {"datetime": "2026-01-01"}, "不存历史"),
        ("zone", {"drawn_size": "1"}, "'drawn_size'"),
        ("zone", {"filter": "drawn_size > 1"}, "'drawn_size'"),
        ("zone", {"geom_3857": "x"}, "'geom_3857'"),
    ],
)
def test_what_cannot_be_understood_is_refused_on_every_zoom(ask, layers, query, named):
    for spot in (HERE, (0, 0, 0)):
        with pytest.raises(BadInput, match=named):
            ask(layers, spot, **query)


def test_nobody_may_ask_by_what_they_may_not_see(ask):
    assert codes(ask("observation", note="密"), "observation") == ["O1"]
    with pytest.raises(BadInput, match="'note'"):
        ask("observation", reader=VIEWER, note="密")
    with pytest.raises(BadInput, match="'note'"):
        ask("observation", reader=VIEWER, filter="note LIKE '密%'")


def test_a_name_that_is_no_sql_is_a_value(ask):
    for text in ("x'; DROP TABLE city.zone; --", "%(z)s", "100%", "{source}", "$1", "\\"):
        assert codes(ask("zone", code=text)) == []
        assert codes(ask("zone", filter=f"code = '{text.replace(chr(39), chr(39) * 2)}'")) == []
    assert len(codes(ask("zone"))) == 240


def test_who_asks_holds_for_the_tile_alone(database, ask):
    ask("observation")
    with database.engine.connect() as connection:
        told = [
            connection.exec_driver_sql(f"SELECT current_setting('huashan.{name}', true)").scalar()
            for name in ("user", "role")
        ]
        assert [one or None for one in told] == [None, None]
        assert connection.exec_driver_sql("SHOW plan_cache_mode").scalar() == "auto"


def test_prepared_statements_outlive_what_happens_to_them_and_do_not_pile_up(city, database, ask, monkeypatch):
    monkeypatch.setattr(prepared, "MOST_PREPARED", 4)
    first = ask("zone").data
    with database.engine.connect() as connection:
        connection.exec_driver_sql("DEALLOCATE ALL")
    assert ask("zone").data == first
    with city.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE city.zone ADD COLUMN colour text")
        connection.exec_driver_sql("COMMENT ON COLUMN city.zone.colour IS '颜色|Colour'")
        connection.exec_driver_sql("CALL city.keep_history('city.zone')")
    assert ask("zone").data == first
    for n in range(6):
        ask("zone", filter=" AND ".join(["kind = 'blue'"] * (n + 1)))
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar() == 4


def test_gdal_reads_the_same_features(ask, tmp_path):
    z, x, y = HERE
    drawn = ask("zone,road")
    file = tmp_path / "tile.pbf"
    file.write_bytes(drawn.data)
    assert set(pyogrio.list_layers(file)[:, 0]) == {"zone", "zone_label", "road"}
    table = pyogrio.read_dataframe(file, layer="zone", X=x, Y=y, Z=z)
    assert sorted(table["code"]) == codes(drawn)
    assert table.crs.to_epsg() == 3857 and table.geometry.is_valid.all()
    west, south, east, north = table.to_crs(4326).total_bounds
    assert (round(west, 3), round(south, 3)) == (114.5, 30.55) and east < 114.53 and north < 30.57
