"""The page of plans: who is on, one click, the routes that come of it; changed by hand, kept or given up, taken to the crews."""

import time

import pytest

from tests.api.plans.conftest import CITY, FEW, START
from tests.conftest import serving
from tests.databases import copy_of
from tests.screen.conftest import Screen
from tests.screen.old_browsers import CHECKS
from tests.screen.test_accessible import serious

pytestmark = pytest.mark.browser

MADE_S = 120
"""Solving takes a moment, but in a process of its own, which starts when the machine lets it."""
LIGHT = "off=grid,farmland,project,road,bank,last_seen"
RAW_KEY = r"\b(plan|when|crews?|stake|options|limit|make|solve|sums|routes|stop|left|why|list|status)\.[a-z]+\b"
"""A word that was asked for and is not there shows as its key."""


class Town:
    """A small city of crews and duties behind a server of its own, which is a sample: everybody may plan in it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.code = ""


@pytest.fixture(scope="module")
def town(cluster, city_template, tmp_path_factory):
    from tests.api.conftest import fill

    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(CITY, execution_options={"no_parameters": True})
        with serving(engine, HUASHAN_DATA=str(tmp_path_factory.mktemp("data"))) as url:
            yield Town(url)


@pytest.fixture
def plan(page, town):
    """`plan(address)`: the page, opened; nothing may go wrong on it."""
    screen = Screen(page, town.url)

    def opened(address="", drawn=False):
        screen.open(f"plan{address}", drawn=drawn)
        screen.until("window.huashan && huashan.page.watch.catalogue && true")
        return screen

    yield opened
    assert screen.complaints == [] and screen.strangers == [] and page.evaluate("violations") == []


@pytest.fixture(scope="module")
def solved(town, browser):
    """The code of a plan of both crews."""
    context = browser.new_context()
    body = {"crews": [{"crew": "甲", "start": START}, {"crew": "乙", "start": START}], "options": FEW}
    code = context.request.post(f"{town.url}/plans", data=body, headers={"Prefer": "wait=30", "Origin": town.url}).json()["code"]
    deadline = time.monotonic() + MADE_S
    while (told := context.request.get(f"{town.url}/plans/{code}").json())["status"] != "done":
        assert time.monotonic() < deadline and told["status"] in ("queued", "solving"), told
        time.sleep(0.2)
    yield code
    context.close()


@pytest.fixture
def made(plan, solved):
    screen = plan(f"#plan={solved}")
    screen.sees(".one-head", "打印单子")
    return screen


def few_rounds(screen):
    """Have it solved in a moment, by the options as people set them."""
    screen.page.locator(".options > summary").click()
    screen.page.locator(".advanced > summary").click()
    screen.page.get_by_label("按迭代次数").check()
    screen.page.locator("#option-iterations").fill("20")


def patiently(screen, selector, text):
    """Solving is another process's, which others may keep waiting."""
    screen.page.locator(selector).filter(has_text=text).first.wait_for(timeout=MADE_S * 1000)


def test_monday_morning_is_one_click(plan, town):
    screen = plan(drawn=True)
    screen.sees(".crews", "乙组")
    screen.sees(".stake", "米·天")
    few_rounds(screen)
    screen.page.get_by_role("button", name="排方案", exact=True).click()
    patiently(screen, ".one-head", "打印单子")
    screen.sees(".sums-way", "段")
    print(screen.text("#panel"))
    screen.picture("plan_made")


def test_x(made):
    print(made.text("#panel"))
    import json
    print(json.dumps(made.json("/plans/" + made.page.evaluate("huashan.opened.code")), ensure_ascii=False)[:7000])
