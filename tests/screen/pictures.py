"""The README's pictures of the screen, made anew: `python -m tests.screen.pictures http://127.0.0.1:8000 [token]`.

The platform that is asked holds the sample; nothing in it is changed, but a plan and a land check are
made and erased again. A token is needed where it holds more than that.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.chromium import CHROMIUM, FLAGS

FOLDER = Path(__file__).parents[2] / "api" / "screen" / "pictures"
SIZE = {"width": 1366, "height": 768}
MOST_BYTES = 150_000
PATIENCE_S = 40
DRAWN = "Boolean(window.huashan && huashan.map && huashan.map.loaded() && !huashan.map.isMoving())"


def until(page: Page, script: str) -> None:
    """Wait until the page answers yes; it forbids that strings are evaluated in it, so it is asked from here."""
    for _ in range(PATIENCE_S * 5):
        if page.evaluate(script):
            return
        page.wait_for_timeout(200)
    raise SystemExit(f"{page.url}: {script} 一直没有成立,没有拍成。")


def wall(page: Page, url: str) -> None:
    page.goto(f"{url}/wall#theme=dark")
    page.get_by_text("逾期未办结").first.wait_for()
    until(page, DRAWN)


def desk(page: Page, url: str) -> None:
    page.goto(url)
    until(page, DRAWN)
    page.get_by_role("tab", name="巡查覆盖").click()
    page.locator("#panel-coverage tbody button").first.click()
    page.locator("#details").get_by_role("link").wait_for()
    until(page, DRAWN)


def patrol(page: Page, url: str) -> None:
    seen = page.request.get(f"{url}/coverage/bank").json()["targets"]
    days = page.request.get(f"{url}/playback/days").json()["days"]
    line = max(seen, key=lambda one: one["share"] or 0)["code"]
    busiest = max(days[-28:], key=lambda one: (one["patrols"], one["day"]))["day"]
    page.goto(f"{url}/patrol#day={busiest}&line=bank/{line}")
    until(page, "Boolean(document.querySelector('.picture') && document.querySelector('.picture').width > 300)")
    page.get_by_role("button", name="移到轨迹").click()
    until(page, DRAWN)


def plan(page: Page, url: str) -> Callable[[], object]:
    """Tomorrow's plan of all who are registered; answers how it is erased."""
    body = {"options": {"iterations": 3000, "seed": 1}}
    asked = page.request.post(f"{url}/plans", data=body, headers={"Origin": url})
    code = asked.json()["code"]
    while (status := page.request.get(f"{url}/plans/{code}").json()["status"]) in ("queued", "solving"):
        page.wait_for_timeout(1000)
    if status != "done":
        raise SystemExit(f"{url}/plans/{code}: {status},没有拍成。")
    page.goto(f"{url}/plan#plan={code}")
    page.get_by_role("button", name="按职责").wait_for()
    until(page, DRAWN)
    return lambda: page.request.delete(f"{url}/plans/{code}", headers={"Origin": url})


def landuse(page: Page, url: str) -> Callable[[], object]:
    """The first example, checked, with its first reason lit up; answers how the check is erased."""
    page.goto(f"{url}/landuse")
    page.locator("[data-key='example-0']").click()
    page.locator(".read-area").wait_for()
    page.get_by_role("button", name="核查", exact=True).click()
    page.locator(".reason").first.click()
    until(page, DRAWN)
    code = page.evaluate("huashan.opened.code")
    return lambda: page.request.delete(f"{url}/landuse/checks/{code}", headers={"Origin": url})


def duty(page: Page, url: str) -> None:
    page.goto(f"{url}/duty")
    page.locator("#duty-month tr[data-row] button").nth(1).click()
    page.locator(".why-terms").first.wait_for()


def observation(page: Page, url: str) -> None:
    page.goto(f"{url}/observation")
    page.locator("#rows tbody button").first.click()
    page.locator("#details h2").wait_for()
    until(page, DRAWN)


def main(url: str, token: str = "") -> None:
    """Take each picture, as small as it stays legible."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(locale="zh-CN", viewport=SIZE, reduced_motion="reduce")
        if token:
            page.request.post(f"{url}/session", data={"token": token}, headers={"Origin": url})
        for take in (wall, desk, landuse, patrol, plan, duty, observation):
            clear_away = take(page, url)
            page.wait_for_timeout(1500)  # what came with the last answer is painted
            path = FOLDER / f"{take.__name__}.jpg"
            for quality in (80, 70, 60, 50):
                page.screenshot(path=path, type="jpeg", quality=quality)
                if path.stat().st_size <= MOST_BYTES:
                    break
            if clear_away:
                clear_away()
            print(f"{path}: {path.stat().st_size:,} bytes")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
