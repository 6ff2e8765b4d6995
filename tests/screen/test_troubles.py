"""What befalls a screen that stays open for weeks: the server goes and comes, the database too, clocks are set."""

import contextlib
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from tests.api.conftest import fill
from tests.api.live.conftest import running
from tests.conftest import assets_folder
from tests.databases import copy_of
from tests.screen.conftest import Screen
from tests.screen.test_live import IS, MOVED, ONLY_GRID, WAS, shows

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Asia/Shanghai")
LIVE = "huashan.page.live.state"


@pytest.fixture(scope="module")
def engine(cluster, city_template):
    with copy_of(cluster, city_template) as engine:
        fill(engine)
        yield engine


def served(engine, port=0):
    """The small city's server, where the screen can find it again."""
    return running(engine, port=port, HUASHAN_ASSETS=str(assets_folder()))


@pytest.fixture
def open_screen(page):
    """`open_screen(url)`: a screen over a server, listening."""

    def opened(url):
        screen = Screen(page, url).open(ONLY_GRID).settled()
        screen.until(f"{LIVE} === 'on'")
        return screen

    yield opened
    page.goto("about:blank")


def test_a_server_that_goes_and_comes_back_is_found_again_with_what_changed_meanwhile(engine, open_screen):
    with served(engine) as city:
        screen = open_screen(city.url)
        screen.until(shows("420111080001", *WAS))
    screen.sees("#freshness", "连不上服务器")
    assert "数据未能刷新:以下是" in screen.text("#freshness")
    city.run(MOVED, "420111080001")
    assert screen.page.evaluate(shows("420111080001", *WAS)), "what was shown stays, said to be old"
    with served(engine, urlsplit(city.url).port):
        screen.until(f"{LIVE} === 'on' && !document.querySelector('#freshness.stale')")
        screen.until(shows("420111080001", *IS))


def test_a_database_that_is_lost_is_said_in_words_and_found_again(cluster, engine, open_screen):
    with served(engine) as city:
        screen = open_screen(city.url)
        with shut(cluster, engine.url.database):
            screen.page.evaluate("huashan.page.watch.ask()")
            screen.sees("#freshness", "数据未能刷新")
            assert "数据库" in screen.text("#freshness")
        screen.page.evaluate("huashan.page.watch.ask()")
        screen.until(f"{LIVE} === 'on' && !document.querySelector('#freshness.stale')")


@pytest.mark.parametrize("hours", [-30, 30])
def test_the_clock_shown_is_the_servers_whatever_the_computer_s_is_set_to(engine, open_screen, hours):
    with served(engine) as city:
        screen = open_screen(city.url)
        moved = f"(() => {{ const now = Date.now; Date.now = () => now() + {hours} * 3600000; }})()"
        screen.page.evaluate(moved)
        screen.page.evaluate("huashan.page.watch.ask()")
        screen.until("!document.querySelector('#freshness.stale')")
        shown = screen.page.evaluate("document.querySelector('#freshness .clock').textContent")
        off_s = (datetime.fromisoformat(shown).replace(tzinfo=ZONE) - datetime.now(ZONE)).total_seconds()
        assert abs(off_s) < 60


def test_data_that_nobody_confirmed_for_a_minute_are_old_in_words(engine, open_screen):
    with served(engine) as city:
        screen = open_screen(city.url)
        slept = "(() => { const now = Date.now; Date.now = () => now() + 61000; })()"
        screen.page.evaluate(slept)
        screen.sees("#freshness", "数据未能刷新")
        screen.page.evaluate("huashan.page.watch.ask()")
        screen.until("!document.querySelector('#freshness.stale')")


@contextlib.contextmanager
def shut(cluster, name):
    """The database lets nobody in, and whoever was in is thrown out."""
    thrown_out = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    cluster.run([f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false', thrown_out])
    try:
        yield
    finally:
        cluster.run([f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'])
