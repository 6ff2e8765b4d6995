"""Signing in at the screen with a token, and out."""

import pytest

from tests.conftest import serving

pytestmark = pytest.mark.browser

PERSON = "王建国"


@pytest.fixture
def signing(screen, own_sample):
    """A server with the sample, and a token for it."""
    from api.access import tokens

    with own_sample.begin() as connection:
        token = tokens.new(connection, PERSON, "网格员", ["dispatcher"], 1)
    with serving(own_sample) as url:
        screen.url = url
        yield screen, token


def test_a_token_signs_in_and_the_session_survives_a_reload_until_signed_out(signing):
    screen, token = signing
    screen.open(f"#{screen.LIGHT}", drawn=False)
    screen.page.locator("#session button").click()
    screen.page.locator("#token").fill("no-such-token")
    screen.page.keyboard.press("Enter")
    screen.sees("#token-trouble", "令牌")
    screen.page.locator("#token").fill(token)
    screen.page.keyboard.press("Enter")
    screen.sees("#session", PERSON)
    assert not screen.page.locator("dialog.sign-in").is_visible()
    assert screen.page.evaluate("document.cookie + JSON.stringify({...localStorage, ...sessionStorage})") == "{}"
    screen.page.reload()
    screen.sees("#session", PERSON)
    screen.page.locator("#session [data-key=out]").click()
    screen.sees("#session", "登录")


def test_who_may_not_read_is_asked_to_sign_in(screen, failing):
    mend = failing("**/layers", "请先登录:这里的数据需要令牌。", 401)
    screen.open(drawn=False)
    screen.sees("#notice", "请先登录")
    screen.page.locator("#notice button").click()
    assert screen.page.locator("#token").is_visible()
    mend()
    screen.page.keyboard.press("Escape")
    screen.page.evaluate("huashan.desk.watch.ask()")
    screen.sees("#panel-layers", "水体")
