"""The screen in a real browser over the sample: one page and what goes wrong on it."""

import os
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chromium import FLAGS

NO_WEBGL = "--disable-3d-apis"
PATIENCE_S = 20
PICTURES = os.environ.get("HUASHAN_PICTURES", str(Path(__file__).parents[2] / ".build" / "pictures"))
"""Where journeys leave a picture of each step, the last run's; HUASHAN_PICTURES names another folder, empty: none.

Where it is set, maps are sharp."""
SHARP = "HUASHAN_PICTURES" in os.environ
COARSE = "Object.defineProperty(window, 'devicePixelRatio', { value: %s, configurable: true })"
"""Maps are drawn with a quarter of the pixels, which software GL draws one by one: what lies where, and what is asked
and told, is the same. The page round them is not touched."""
A_MOMENT = "new Promise((after) => setTimeout(() => after(false), 200))"
DRIVERS_HINT = "GL Driver Message (OpenGL, Performance"
EVENTS = re.compile(r"/live(\?.*)?$")


def _abort(route) -> None:
    route.abort()


class Screen:
    """One page of the platform, and what went wrong on it."""

    LIGHT = "off=grid,farmland,project,road,bank,last_seen"
    """Part of an address: the layers that draw longest are off, where a test is about something else."""

    def __init__(self, page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._said)
        page.on("request", self._requested)
        if not SHARP:
            page.add_init_script(COARSE % 0.5)
        page.add_init_script(
            "window.violations = []; document.addEventListener('securitypolicyviolation',"
            " (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`))"
        )

    def _said(self, message) -> None:
        # Without software GL the page is put together from pictures that are read back, which the driver finds slow.
        if message.type in ("error", "warning") and DRIVERS_HINT not in message.text:
            self.complaints.append(message.text)

    def _requested(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("blob", "data") and parts.netloc != urlsplit(self.url).netloc:
            self.strangers.append(request.url)

    def sharp(self) -> "Screen":
        """Draw maps pixel by pixel from the next opening on: for tests that look at colours."""
        self.page.add_init_script(COARSE % 1)
        return self

    def open(self, address: str = "", *, drawn: bool = True) -> "Screen":
        """Go to the screen; with `drawn`, wait for the first whole picture."""
        self.page.goto(f"{self.url}/{address}")
        if drawn:
            self.until(f"window.huashan && Promise.race([huashan.ready.then(() => true), {A_MOMENT}])")
        return self

    def cut_off(self) -> None:
        """Let no event of the server through any more."""
        self.page.route(EVENTS, _abort)

    def mend(self) -> None:
        """Let them through again."""
        self.page.unroute(EVENTS, _abort)

    def until(self, script: str):
        """What `script` answers, once that is something. Polled: the policy forbids the browser to evaluate strings."""
        deadline = time.monotonic() + PATIENCE_S
        while not (answer := self.page.evaluate(script)):
            assert time.monotonic() < deadline, f"still nothing: {script}; {self.complaints}"
            time.sleep(0.05)
        return answer

    def settled(self) -> "Screen":
        """Wait until the map is at rest with all it has to draw."""
        self.until("huashan.map && huashan.map.loaded() && !huashan.map.isMoving()")
        return self

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def sees(self, selector: str, text: str) -> None:
        """Wait until an element shows this text."""
        place = self.page.locator(selector)
        deadline = time.monotonic() + PATIENCE_S
        while not any(text in shown for shown in place.all_inner_texts()):
            assert time.monotonic() < deadline, f"{selector} never showed {text!r}: {place.all_inner_texts()}"
            time.sleep(0.05)

    def drawn(self, layer: str) -> list[str]:
        """The ids of a layer's features on the map."""
        return self.page.evaluate(
            "layer => [...new Set(huashan.map.queryRenderedFeatures().filter(f => f.source === layer)"
            ".map(f => String(f.id)))]",
            layer,
        )

    def picture(self, name: str) -> None:
        """Keep a picture of what is seen now, for people to look at."""
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.jpg", type="jpeg", quality=70)

    def click_centre(self) -> None:
        """Click the middle of the map."""
        box = self.page.locator("#map").bounding_box()
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def json(self, path: str):
        """What the server answers to this page's reader."""
        # Once more where it was sent on a connection that the server was just closing for being idle.
        return self.page.request.get(self.url + path, max_retries=3).json()


@pytest.fixture
def screen(page, server_url) -> Screen:
    """A page of the sample's server, not yet opened."""
    return Screen(page, server_url)


@pytest.fixture
def without_webgl(browser_type, browser_type_launch_args, browser_context_args, server_url):
    """A page in a browser that cannot draw in three dimensions."""
    browser = browser_type.launch(**{**browser_type_launch_args, "args": [*FLAGS, NO_WEBGL]})
    yield Screen(browser.new_page(**browser_context_args), server_url)
    browser.close()


@pytest.fixture
def changed_answers(page):
    """`changed_answers(pattern, change)`: every JSON answer to such an address passes through `change` first."""

    def arranged(pattern: str, change) -> None:
        def handle(route):
            answer = route.fetch()
            body = answer.json()
            change(body)
            route.fulfill(response=answer, json=body)

        page.route(pattern, handle)

    yield arranged
    # The page goes on to ask while it is closed.
    page.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def failing(page):
    """`failing(pattern)`: the server answers such addresses with a problem; returns how to end that."""

    def arranged(pattern: str, detail: str, status: int = 503):
        problem = {"type": "about:blank", "title": "x", "status": status, "detail": detail, "instance": "urn:x"}

        def handle(route):
            route.fulfill(status=status, content_type="application/problem+json", json=problem)

        page.route(pattern, handle)
        return lambda: page.unroute(pattern, handle)

    return arranged


SMALL_CITY = """
INSERT INTO city.post (code, name, kind) VALUES ('HUZ-1', '严西湖湖长', 'lake_chief');
INSERT INTO city.farmland (code, name, state, found_mu, provenance, edition_id, geom)
SELECT 'G-' || n, '试验田' || n, 'works', 12.5, 'synthetic', (SELECT max(edition_id) FROM city.edition),
       ST_Multi(ST_MakeEnvelope(114.5 + n * 0.003, 30.57, 114.502 + n * 0.003, 30.572, 4490))
FROM generate_series(0, 1) AS n;
INSERT INTO city.site (code, name, kind, provenance, edition_id, geom)
SELECT 'D-1', '一号排口', 'outfall', 'synthetic', max(edition_id), ST_SetSRID(ST_MakePoint(114.51, 30.575), 4490)
FROM city.edition;
"""


class SmallCity:
    """A city of a few features behind a server of its own, where people may write."""

    def __init__(self, url: str, engine) -> None:
        self.url, self.engine = url, engine

    def token(self, name: str, *roles: str) -> str:
        from api.access import tokens

        with self.engine.begin() as connection:
            return tokens.new(connection, name, "街道", roles, 1)

    def enter(self, screen: Screen, name: str, *roles: str) -> Screen:
        """Have somebody with these roles signed in at this screen."""
        screen.url = self.url
        answer = screen.page.request.post(
            f"{self.url}/session", data={"token": self.token(name, *roles)}, headers={"Origin": self.url}
        )
        assert answer.ok, answer.text()
        return screen

    def value(self, statement: str, *values):
        with self.engine.begin() as connection:
            return connection.exec_driver_sql(statement, values).scalar()


@pytest.fixture(scope="module")
def small_city(cluster, city_template, tmp_path_factory):
    """A small city of the module's own; each test leaves of it what others need."""
    from tests.api.conftest import fill
    from tests.conftest import serving
    from tests.databases import copy_of

    with copy_of(cluster, city_template) as engine:
        fill(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql(SMALL_CITY, execution_options={"no_parameters": True})
        with serving(engine, HUASHAN_DATA=str(tmp_path_factory.mktemp("data"))) as url:
            yield SmallCity(url, engine)


@pytest.fixture
def small_screen(page, small_city) -> Screen:
    """A page of the small city's server, not yet opened."""
    return Screen(page, small_city.url)
