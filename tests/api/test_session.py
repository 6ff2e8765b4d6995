"""The browser's session: a token exchanged once for a cookie, ended by sign-out, revocation or time."""

import hashlib

import pytest

from api.access.reader import SESSION_COOKIE
from api.access.rights import origin_of
from tests.api.conftest import OWN, REAL, desk_over, fill, until

PLACE = "/layers/grid?limit=1"


@pytest.fixture
def browser(own_desk):
    """A browser before a city with real data; cookies are its own."""
    own_desk.run(REAL)
    until(lambda: own_desk.status(PLACE) == 401)
    return own_desk


def sign_in(desk, *roles, **options):
    return desk.client.post("/session", json={"token": desk.token(*roles)}, **options)


def test_signing_in_reading_and_signing_out(browser):
    answer = sign_in(browser, "viewer")
    assert answer.status_code == 200
    assert answer.json() == {"name": "张三", "post": "网格员", "roles": ["viewer"], "signed_in": True, "kiosk": False}
    assert browser.client.get("/session").json()["signed_in"]
    assert browser.status(PLACE) == 200
    ended = browser.client.delete("/session", headers={"Origin": OWN})
    assert ended.status_code == 204
    assert SESSION_COOKIE not in browser.client.cookies
    assert browser.status(PLACE) == 401


def test_the_cookie_is_closed_to_scripts_and_other_sites(browser):
    (cookie,) = sign_in(browser, "viewer").headers.get_list("set-cookie")
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert {"httponly", "samesite=strict", "path=/"} <= parts
    assert "secure" not in parts


def test_the_cookie_is_secure_where_browsers_come_by_https(engine):
    fill(engine)
    with desk_over(engine, HUASHAN_PUBLIC_URL="https://city.example.cn") as desk:
        answer = sign_in(desk, "viewer")
        assert "secure" in answer.headers["set-cookie"].lower()
        assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_only_the_digest_of_a_session_is_stored_and_it_is_not_the_token(browser):
    token = browser.token("viewer")
    browser.client.post("/session", json={"token": token})
    secret = browser.client.cookies[SESSION_COOKIE]
    assert secret != token
    assert browser.run("SELECT sha256 FROM city.session") == hashlib.sha256(secret.encode()).hexdigest()


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE city.token SET revoked_at = now()",
        "DELETE FROM city.session",
        "UPDATE city.session SET expires_at = now()",
        "UPDATE city.token SET expires_at = now()",
    ],
)
def test_whatever_ends_a_session_ends_it_within_a_second(browser, end):
    sign_in(browser, "viewer")
    assert browser.status(PLACE) == 200
    browser.run(end)
    assert until(lambda: browser.status(PLACE) == 401) < 1.0


def test_a_session_ends_with_its_token_at_the_latest(browser):
    answer = browser.client.post("/session", json={"token": browser.token("viewer", days=1)})
    assert 0 < int(answer.headers["set-cookie"].split("Max-Age=")[1].split(";")[0]) <= 24 * 3600


def test_a_session_that_has_ended_leaves_its_browser_a_stranger(desk):
    desk.client.cookies.set(SESSION_COOKIE, "ended long ago")
    try:
        assert desk.status(PLACE) == 200
        assert not desk.client.get("/session").json()["signed_in"]
    finally:
        desk.client.cookies.clear()


def test_a_wrong_token_opens_nothing(browser):
    for wrong in ("guess", "", "x" * 600, None, 7, ["a"], "\ud800", "a\x00b"):
        answer = browser.client.post(
            "/session", content=__import__("json").dumps({"token": wrong}), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in (400, 401), wrong
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "https://127.0.0.1:8000", "http://127.0.0.1"])
def test_a_write_by_cookie_from_another_origin_is_refused(browser, origin):
    sign_in(browser, "viewer")
    answer = browser.client.delete("/session", headers={"Origin": origin} if origin else {})
    assert answer.status_code == 403
    assert "HUASHAN_PUBLIC_URL" in answer.json()["detail"]
    assert browser.status(PLACE) == 200


def test_another_site_cannot_sign_a_browser_in(browser):
    assert sign_in(browser, "viewer", headers={"Origin": "http://evil.example"}).status_code == 403


def test_behind_a_proxy_the_public_address_is_the_origin(engine):
    fill(engine)
    with desk_over(engine, HUASHAN_PUBLIC_URL="https://City.example.cn:443") as desk:
        sign_in(desk, "viewer")
        inside = {"Host": "10.0.0.5:8000", "Origin": "https://city.example.cn"}
        assert desk.client.delete("/session", headers=inside).status_code == 204


def test_signing_out_without_a_session_is_fine(desk):
    assert desk.client.delete("/session").status_code == 204


def test_the_header_goes_before_the_cookie(browser):
    sign_in(browser, "viewer")
    assert browser.status(PLACE, {"Authorization": "Bearer nobody"}) == 401


def test_sessions_of_browsers_are_swept_up(browser):
    sign_in(browser, "viewer")
    browser.run("UPDATE city.session SET expires_at = now() - interval '1 day'")
    browser.client.cookies.clear()
    sign_in(browser, "viewer")
    assert browser.run("SELECT count(*) FROM city.session") == 1


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("http://[::1]:8000/x", "http://[::1]:8000"),
        ("https://a.cn", "https://a.cn"),
        ("http://a.cn:443", "http://a.cn:443"),
    ],
)
def test_an_origin_is_scheme_and_host(address, origin):
    assert origin_of(address) == origin
