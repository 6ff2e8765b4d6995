"""Vector tiles and TileJSON, over HTTP: what a map asks for."""

import math
import threading

import mapbox_vector_tile
import pytest

from api.database import Database
from layers.catalogue import read_catalogue
from tests.api.conftest import desk_over

MVT = "application/vnd.mapbox-vector-tile"


def tile_at(lon: float, lat: float, z: int) -> str:
    """The address z/x/y of the tile over a place.

    Source: the usual Web Mercator tiling, y from the north.
    """
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return f"{z}/{int((lon + 180) / 360 * 2**z)}/{int(y * 2**z)}"


HERE = tile_at(114.505, 30.555, 14)
WIDE = tile_at(114.475, 30.555, 12)


def drawn(desk, path):
    answer = desk.client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == MVT
    return mapbox_vector_tile.decode(answer.content)


def test_a_tile_holds_the_features_with_their_ids(desk):
    layer = drawn(desk, f"/tiles/grid/{HERE}")["grid"]
    assert layer["extent"] == 2048
    listed = {feature["id"] for feature in desk.client.get("/layers/grid").json()["features"]}
    assert {feature["id"] for feature in layer["features"]} <= listed
    assert "420111080" in {feature["properties"]["code"] for feature in layer["features"]}


def test_several_layers_come_in_one_tile_in_the_order_asked(desk):
    assert list(drawn(desk, f"/tiles/landuse,grid/{HERE}")) == ["landuse", "grid", "grid_label"]
    assert list(drawn(desk, f"/tiles/grid,landuse,road/{HERE}")) == ["grid", "grid_label", "landuse"]


def test_every_layer_of_the_catalogue_can_be_drawn_together(desk):
    assert "grid" in drawn(desk, f"/tiles/{','.join(read_catalogue())}/{HERE}")


def test_the_suffix_mvt_is_the_same_tile(desk):
    assert desk.client.get(f"/tiles/grid/{HERE}.mvt").content == desk.client.get(f"/tiles/grid/{HERE}").content


def test_where_nothing_is_there_is_no_content(desk):
    for path in (f"/tiles/grid/{tile_at(120, 20, 14)}", f"/tiles/road/{HERE}", "/tiles/landuse/0/0/0"):
        answer = desk.client.get(path)
        assert (answer.status_code, answer.content) == (204, b""), path


def test_a_tile_that_has_not_changed_is_not_sent_again(desk):
    first = desk.client.get(f"/tiles/grid/{HERE}")
    again = desk.client.get(f"/tiles/grid/{HERE}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = desk.client.get(f"/tiles/grid/{HERE}", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("grid/0/1/0", 404),
        ("grid/3/8/0", 404),
        ("grid/3/0/8", 404),
        ("grid/23/0/0", 400),
        ("grid/-1/0/0", 400),
        ("grid/3/-1/0", 400),
        ("grid/3/1.5/0", 400),
        ("grid/03/0/0", 400),
        ("grid/3/+1/0", 400),
        ("grid/3/%201/0", 400),
        ("grid/3/0/0.png", 400),
        (f"grid/22/{2**31 - 1}/0", 400),
        (f"grid/{'9' * 400}/0/0", 400),
        ("nothing/3/0/0", 404),
        ("grid,grid/3/0/0", 400),
        ("grid,/3/0/0", 404),
        (",".join(f"layer{n}" for n in range(40)) + "/3/0/0", 400),
        ("city.token/3/0/0", 404),
        ("grid%22;--/3/0/0", 404),
    ],
)
def test_a_tile_that_cannot_be_is_refused_without_the_database(desk, monkeypatch, path, status):
    asked, ask = [], Database.transaction

    def watched(self, *arguments, **options):
        asked.append(threading.current_thread().name)
        return ask(self, *arguments, **options)

    monkeypatch.setattr(Database, "transaction", watched)
    answer = desk.client.get(f"/tiles/{path}")
    assert answer.status_code == status
    # The server's own threads ask on: what is on the list of fixes to be worked out, and what is to be kept.
    assert [name for name in asked if not name.startswith("huashan-")] == []
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_tilejson_says_where_the_tiles_are_and_what_they_hold(desk):
    answer = desk.client.get("/tiles/grid,road.json").json()
    assert answer["tilejson"] == "3.0.0"
    assert answer["tiles"] == ["http://127.0.0.1:8000/tiles/grid,road/{z}/{x}/{y}"]
    grid, grid_label, road, _, left_out = answer["vector_layers"]
    assert [one["id"] for one in answer["vector_layers"]] == ["grid", "grid_label", "road", "road_label", "left_out"]
    assert grid_label["fields"] == grid["fields"] and set(left_out["fields"]) == {"layer", "drawn", "of"}
    assert answer["limits"] == {"features": 30_000, "bytes": 500_000} and answer["left_out"] == {}
    assert grid["fields"]["code"] == "编码"
    assert answer["minzoom"] == min(grid["minzoom"], road["minzoom"])
    assert answer["maxzoom"] == max(grid["maxzoom"], road["maxzoom"])
    west, south, east, north = answer["bounds"]
    lon, lat, zoom = answer["center"]
    assert west < lon < east
    assert south < lat < north
    assert answer["minzoom"] <= zoom <= answer["maxzoom"]


def test_the_fields_told_are_those_in_the_tile(desk):
    """Source: TileJSON 3.0.0, 3.3.2: fields that a feature may have."""
    told = desk.client.get("/tiles/grid.json").json()["vector_layers"][0]["fields"]
    found = drawn(desk, f"/tiles/grid/{HERE}")["grid"]["features"]
    assert {name for feature in found for name in feature["properties"]} <= set(told)


def test_the_tile_address_is_the_public_one_where_it_is_stated(engine):
    with desk_over(engine, HUASHAN_PUBLIC_URL="https://city.example.cn/") as desk:
        (address,) = desk.client.get("/tiles/grid.json", headers={"Host": "10.0.0.5"}).json()["tiles"]
        assert address == "https://city.example.cn/tiles/grid/{z}/{x}/{y}"


@pytest.mark.parametrize("host", ['evil"><script>', "a b", "", "[", "x" * 300])
def test_a_malformed_host_makes_no_address(desk, host):
    answer = desk.client.get("/tiles/grid.json", headers={"Host": host})
    assert answer.status_code == 400
    assert "Host" in answer.json()["detail"]


def test_tilejson_that_has_not_changed_is_not_sent_again(desk):
    first = desk.client.get("/tiles/grid.json")
    again = desk.client.get("/tiles/grid.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_tilejson_carries_conditions_on_to_the_tiles(desk):
    answer = desk.client.get("/tiles/grid.json", params={"level": "community", "filter": "code LIKE '42%'"}).json()
    (address,) = answer["tiles"]
    assert address.endswith("/tiles/grid/{z}/{x}/{y}?filter=code+LIKE+%2742%25%27&level=community")
    z, x, y = WIDE.split("/")
    path = address.replace("{z}", z).replace("{x}", x).replace("{y}", y).partition(":8000")[2]
    found = drawn(desk, path)["grid"]["features"]
    assert {feature["properties"]["level"] for feature in found} == {"community"}
    assert desk.status("/tiles/grid.json?colour=red") == 400


def test_tilejson_counts_where_tiles_cannot_hold_everything(own_desk, monkeypatch):
    monkeypatch.setattr("api.tiles.tilejson.TILE_FEATURES", 50)
    own_desk.run(
        "INSERT INTO city.site (code, name, kind, geom) SELECT 'S' || n, 'x', 'outfall', "
        "ST_SetSRID(ST_Point(114.5 + n * 1e-6, 30.555), 4490) FROM generate_series(1, 120) AS n"
    )
    answer = own_desk.client.get("/tiles/site,grid.json", headers=own_desk.person("viewer")).json()
    told, about = answer["left_out"], answer["left_out_about"]
    assert all(named in about for named in ("limits.features", "limits.bytes", "X-Tile-Left-Out"))
    assert set(told) == {"site"}
    assert told["site"]["11"] == {"tiles": 1, "most": 70}
    # 120 points on 11 m: from zoom 22 on, where a tile is 8 m wide, they lie on two or three.
    assert list(told["site"]) == [str(z) for z in range(11, 11 + len(told["site"]))]


def test_a_tile_is_narrowed_by_its_query(desk):
    whole = {feature["id"] for feature in drawn(desk, f"/tiles/grid/{WIDE}")["grid"]["features"]}
    narrowed = drawn(desk, f"/tiles/grid/{WIDE}?level=street&datetime=2026-06-30")["grid"]["features"]
    assert {feature["id"] for feature in narrowed} < whole
    for query in ("colour=red", "level=street&level=unit", "filter=level", "datetime=x", "known_at=x", "filter-lang=x"):
        assert desk.status(f"/tiles/grid/{WIDE}?{query}") == 400, query


def test_a_tile_says_in_its_head_and_on_itself_what_it_leaves_out(own_desk, monkeypatch):
    monkeypatch.setattr("api.tiles.draw.TILE_FEATURES", 2)
    answer = own_desk.client.get(f"/tiles/grid/{WIDE}")
    assert answer.headers["X-Tile-Left-Out"] == "grid;drawn=2;of=4"
    (lacking,) = mapbox_vector_tile.decode(answer.content)["left_out"]["features"]
    assert lacking["properties"] == {"layer": "grid", "drawn": 2, "of": 4}
