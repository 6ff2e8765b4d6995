"""What changes in the database changes on the screen, by itself; and the screen says when it would not."""

import pytest

from tests.api.conftest import fill
from tests.api.live.conftest import running
from tests.conftest import assets_folder
from tests.databases import copy_of
from tests.screen.conftest import Screen

pytestmark = pytest.mark.browser

ONLY_GRID = "#at=114.475,30.555,13&on=grid&off=farmland,project,road,bank,last_seen,water,site,reach,observation"
MOVED = "UPDATE city.grid SET geom = ST_Translate(geom, 0, -0.03) WHERE code = %s"
WAS, IS = (114.465, 30.555), (114.465, 30.525)
LIVE = "huashan.desk.live.state"


@pytest.fixture(scope="module")
def city(cluster, city_template):
    """The small city, which the tests of this module change, each another community of it."""
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with running(engine, HUASHAN_ASSETS=str(assets_folder())) as city:
            yield city


@pytest.fixture
def small(city, page):
    """A screen over the small city, which is changed by another program."""
    yield Screen(page, city.url)
    page.goto("about:blank")


def shows(code, lon, lat):
    """Whether the map shows a community at a place."""
    there = f"huashan.map.queryRenderedFeatures(huashan.map.project([{lon}, {lat}]))"
    return f"{there}.some(f => f.properties.code === '{code}')"


def listening(screen):
    screen.open(ONLY_GRID).settled()
    screen.until(f"{LIVE} === 'on'")
    return screen


def test_a_shape_that_is_moved_moves_on_the_screen_and_only_its_tiles_are_fetched(small, city):
    screen = listening(small)
    screen.until(shows("420111080001", *WAS))
    asked = []
    screen.page.on("request", lambda request: asked.append(request.url))
    city.run(MOVED, "420111080001")
    screen.until(shows("420111080001", *IS))
    screen.until(f"!{shows('420111080001', *WAS)}")
    tiles = {url.split("/tiles/")[1] for url in asked if "/tiles/" in url}
    assert tiles and {tile.split("/")[0] for tile in tiles} == {"grid"}
    assert screen.complaints == []


def test_what_changed_while_it_was_cut_off_is_shown_once_it_is_back(small, city):
    screen = listening(small)
    screen.sees("#freshness", "实时更新")
    screen.cut_off()
    screen.page.evaluate("huashan.desk.live.start()")
    screen.sees("#freshness", "实时更新已断开,每 45 秒查询")
    city.run(MOVED, "420111080003")
    screen.mend()
    screen.until(shows("420111080003", IS[0] + 0.02, IS[1]))
    screen.until(f"{LIVE} === 'on' && !document.querySelector('#freshness.cut')")


def test_the_chosen_feature_is_read_again(small, city):
    screen = listening(small)
    number = city.run("SELECT id FROM city.grid WHERE code = '420111080002'")
    screen.page.evaluate("id => huashan.desk.choose({ layer: 'grid', id: String(id) })", number)
    screen.sees("#details h2", "示例社区2")
    city.run("UPDATE city.grid SET name = '新名社区' WHERE code = '420111080002'")
    screen.sees("#details h2", "新名社区")


def test_the_tiles_that_a_change_touches_are_named(small):
    """By hand: at zoom 1 the four tiles meet at 0, 0; a box at the edge touches its neighbour's buffer, too."""
    small.open(drawn=False)
    call = """([boxes, view, zooms]) => import('/screen/map/refreshing.js').then(({ tilesTouched }) =>
        tilesTouched(boxes, view, zooms)?.map(({ z, x, y }) => `${z}/${x}/${y}`).sort())"""
    world = [-180, -80, 180, 80]

    def touched(boxes, view=world, zooms=(1, 1)):
        return small.page.evaluate(call, [boxes, view, list(zooms)])

    assert touched([[10, 10, 20, 20]]) == ["1/1/0"]
    assert touched([[0.5, 10, 20, 20]]) == ["1/0/0", "1/1/0"]
    assert touched([[-10, -10, 10, 10]]) == ["1/0/0", "1/0/1", "1/1/0", "1/1/1"]
    assert touched([[10, 10, 20, 20]], zooms=(0, 2)) == ["0/0/0", "1/1/0", "2/2/1"]
    assert touched([[10, 10, 20, 20]], view=[30, -80, 180, 80]) == []
    assert touched([world], zooms=(0, 12)) is None
