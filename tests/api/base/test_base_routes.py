"""The base maps over HTTP: who may see them, what browsers may keep, and strange addresses turned away at once."""

import contextlib

import pytest

from tests.api.conftest import REAL, desk_over, fill, until
from tests.base_maps import RED, colours_of, far_host, make_mbtiles, png, tile_at
from tests.databases import copy_of

Z, X, Y = tile_at(12)
TILE = f"/base/img/{Z}/{X}/{Y}"


@pytest.fixture(scope="module")
def city(cluster, city_template, tmp_path_factory):
    """A city with one base map in a file and one far away; and its far host."""
    data = tmp_path_factory.mktemp("data")
    (data / "base").mkdir()
    make_mbtiles(data / "base" / "img.mbtiles")
    with copy_of(cluster, city_template) as engine, far_host() as host:
        toml = f'title = "远处"\nurl = "{host.url}/{{z}}/{{x}}/{{y}}"\ndatum = "wgs84"\nmax_age_days = 1'
        (data / "base" / "far.toml").write_text(toml, "utf-8")
        fill(engine)
        with desk_over(engine, HUASHAN_DATA=str(data)) as desk:
            yield desk, host


@contextlib.contextmanager
def real(desk):
    """Real data beside the sample, for the length of the block."""
    desk.run(REAL)
    try:
        yield
    finally:
        desk.run("DELETE FROM city.edition WHERE NOT sample")
        until(lambda: desk.status("/base") == 200)


def test_all_are_listed_with_where_their_tiles_are(city):
    desk, _ = city
    told = desk.client.get("/base").json()
    by_id = {one["id"]: one for one in told["bases"]}
    assert set(by_id) == {"img", "far"} and told["problem"] is None
    address = by_id["img"]["tiles"].format(z=Z, x=X, y=Y)
    answer = desk.client.get(address)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/png"
    assert colours_of(answer.content) == {(*RED, 255)}


def test_a_browser_keeps_what_it_has_by_version_and_asks_again_without(city):
    desk, _ = city
    address = desk.client.get("/base").json()["bases"][-1]["tiles"].format(z=Z, x=X, y=Y)
    kept, asked = desk.client.get(address), desk.client.get(TILE)
    assert "max-age=86400" in kept.headers["Cache-Control"] and "no-cache" in asked.headers["Cache-Control"]
    assert all(answer.headers["Cache-Control"].startswith("private") for answer in (kept, asked))
    again = desk.client.get(address, headers={"If-None-Match": kept.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", kept.headers["ETag"])
    assert "no-cache" in desk.client.get(f"{TILE}?v=other").headers["Cache-Control"]


def test_an_old_tile_says_since_when_it_is_kept(city):
    desk, host = city
    place = f"/base/far/{Z}/{X}/{Y}"
    assert desk.client.get(place).status_code == 200
    service = desk.client.app.state.base
    clock, service._clock = service._clock, lambda: clock() + 2 * 86400
    host.behave = lambda path: (500, "", b"")
    try:
        answer = desk.client.get(place)
    finally:
        service._clock, host.behave = clock, lambda path: (200, "image/png", png(RED))
    assert answer.status_code == 200 and answer.headers["X-Base-Kept-Since"].endswith("+08:00")
    assert "no-cache" in answer.headers["Cache-Control"]


def test_where_nothing_can_be_had_it_is_a_problem_in_words(city):
    desk, host = city
    host.behave = lambda path: (200, "text/html", b"<html>")
    answer = desk.client.get(f"/base/far/{Z}/{X}/{Y + 1}")
    host.behave = lambda path: (200, "image/png", png(RED))
    assert answer.status_code == 503 and "不是图片" in answer.json()["detail"]
    assert host.url.split("//")[1] not in answer.text, "nor the address"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/base/none/12/3350/1682", 404), ("/base/img/12/4096/1", 404), ("/base/img/12/1/4096", 404),
        ("/base/img/23/1/1", 400), ("/base/img/-1/1/1", 400), ("/base/img/012/1/1", 400), ("/base/img/a/b/c", 400),
        ("/base/..%2f..%2fetc%2fpasswd/1/1/1", 404), ("/base/img/12/1/1?w=2", 400),
        (f"/base/{'x' * 90}/1/1/1", 400), ("/base/img.mbtiles/1/1/1", 404), ("/base/img/1/1", 404),
        (f"/base/img/5/{tile_at(5)[1]}/0", 204),
    ],
)  # fmt: skip
def test_strange_addresses_are_turned_away_at_once(city, path, status):
    desk, host = city
    before = len(host.asked)
    assert desk.client.get(path).status_code == status
    assert len(host.asked) == before


def test_it_is_as_open_as_the_tiles_of_layers_are(city):
    desk, _ = city
    with real(desk):
        until(lambda: desk.status("/base") == 401)
        assert desk.status(TILE) == desk.status("/tiles/grid/12/3350/1682") == 401
        person = desk.person("viewer")
        assert desk.status("/base", person) == desk.status(TILE, person) == 200
