"""Signed links: what they open, for how long, and that nobody can make or mend one."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import gpxpy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.answers.problems import Gone, loggable
from api.sheets.elsewhere import shifted, ways
from api.sheets.links import MOST_LETTERS, Opened, Signer, expiry
from geo.tracks.datum import gcj02_to_wgs84
from layers.errors import BadInput, NotAllowed
from tests.api.sheets.plans import OFFICE, PERSON, plan, route, stored

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
SIGNER = Signer(b"k" * 32)
OPENED = Opened("P20260701-1", "XC-01", NOW + timedelta(days=2), 0)
TOKEN = SIGNER.token(OPENED)


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=60), st.integers(1, 20_000), st.integers(0, 9))
def test_a_token_opens_what_was_signed_and_is_letters_of_an_address(code, crew, minutes, ended):
    opened = Opened(code, crew, NOW + timedelta(minutes=minutes), ended)
    token = SIGNER.token(opened)
    assert SIGNER.read(token, NOW) == opened
    assert token == SIGNER.token(opened)
    assert all(letter.isascii() and (letter.isalnum() or letter in "._-") for letter in token)


@given(st.text(min_size=200, max_size=200))
def test_the_token_of_a_crew_with_the_longest_name_is_no_longer_than_an_address_takes(crew):
    opened = OPENED._replace(plan="P20260701-" + "9" * 18, crew=crew)
    assert len(SIGNER.token(opened)) <= MOST_LETTERS


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="utf-8"))
def test_any_letter_changed_closes_it(at, letter):
    forged = TOKEN[:at] + letter + TOKEN[at + 1 :]
    if forged != TOKEN:
        # The last letter of base64 has bits that mean nothing: what they say is still what was signed.
        try:
            assert SIGNER.read(forged, NOW) == OPENED and at in (TOKEN.index(".") - 1, len(TOKEN) - 1)
        except NotAllowed as error:
            assert "不是本平台签发" in str(error)


@given(st.text(max_size=200) | st.integers(0, len(TOKEN) - 1).map(lambda n: TOKEN[:n]))
def test_what_was_not_signed_or_is_cut_opens_nothing(token):
    with pytest.raises(NotAllowed):
        SIGNER.read(token, NOW)


def test_the_key_of_another_deployment_opens_nothing():
    with pytest.raises(NotAllowed):
        Signer(b"j" * 32).read(TOKEN, NOW)


def test_it_expires_to_the_minute_and_says_when():
    assert SIGNER.read(TOKEN, OPENED.expires_at - timedelta(seconds=1))
    with pytest.raises(Gone, match="2026-07-03 17:00 到期"):
        SIGNER.read(TOKEN, OPENED.expires_at, ZONE)


@given(st.integers(-400, 400), st.integers(0, 1440))
def test_it_lasts_a_day_past_the_last_day_never_over_14_and_always_a_day_at_least(days, minute):
    now = NOW + timedelta(minutes=minute)
    last = now.astimezone(ZONE).date() + timedelta(days=days)
    until = expiry(plan(last), now, ZONE)
    assert now + timedelta(days=1) < until <= now + timedelta(days=14)
    if 0 <= days <= 12:
        assert until.astimezone(ZONE) == datetime(last.year, last.month, last.day, tzinfo=ZONE) + timedelta(days=2)


@pytest.mark.parametrize("hours", [-1, 0, 14 * 24 + 1])
def test_another_time_is_within_14_days(hours):
    with pytest.raises(BadInput, match="14 天之内"):
        expiry(plan(), NOW, ZONE, NOW + timedelta(hours=hours))
    assert expiry(plan(), NOW, ZONE, NOW + timedelta(hours=3)) == NOW + timedelta(hours=3)


@pytest.mark.parametrize("mode", ["foot", "bicycle", "car", "boat", "drone"])
def test_map_apps_are_led_to_the_very_place_in_their_own_datum(mode):
    led = {way.app: way for way in ways(mode)}
    assert list(led) == ["amap", "baidu", "tencent", "apple", "geo"]
    assert {app: way.datum for app, way in led.items() if way.datum != "gcj02"} == {"geo": "wgs84"}
    assert all({"{lat}", "{lon}"} <= set(re.findall(r"{\w+}", way.url)) for way in led.values())
    [[lon, lat]] = shifted([OFFICE])
    assert np.abs(np.array(gcj02_to_wgs84(lon, lat)) - OFFICE).max() < 1e-6


def test_a_link_stands_in_no_log():
    assert TOKEN not in loggable(f"/sheets/{TOKEN}/gpx")


# What a link opens over HTTP.


@pytest.fixture(scope="module")
def code(desk):
    """A plan for tomorrow by the city's clock: two crews, one of them for two days."""
    day = datetime.now(ZONE).date() + timedelta(days=1)
    routes = [route(day), route(day + timedelta(days=1)), route(day, "XC-02", "骑行二组", 2)]
    return stored(desk.engine, plan(day, *routes, days=[str(day), str(day + timedelta(days=1))]))


def links(desk, code, headers=None, **body):
    answer = desk.client.post(f"/plans/{code}/links", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["links"]


def opened(link, path=""):
    address, _, said = link["url"].partition("#")
    assert address.endswith("/sheet"), "the token is behind the #"
    return f"/sheets/{dict(part.split('=') for part in said.split('&'))['token']}{path}"


def test_a_link_opens_the_crews_own_routes_and_nothing_of_others(desk, code):
    first, second, other = links(desk, code)
    assert [one["name"] for one in (first, second, other)] == ["步行一组", "步行一组", "骑行二组"]
    assert opened(first) == opened(second) and "&day=" in first["url"] and "&day=" not in other["url"]
    answer = desk.client.get(opened(first))
    assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"
    told = answer.json()
    assert [one["route"] for one in told["routes"]] == [first["route"], second["route"]]
    assert [one["mark"] for one in told["routes"][0]["stops"]] == ["起", "1", "2", "3", "终"]
    assert told["routes"][0]["stops"][0]["gcj02"] == [114.504123, 30.599323]
    assert desk.client.get(opened(first), headers={"Accept-Encoding": "br"}).headers["content-encoding"] == "br"
    assert (told["planned"], told["plan"]["revision"], told["timezone"]) == ("计划,非已完成", 1, "Asia/Shanghai")
    assert told["expires_at"] == first["expires_at"]
    for secret in ("骑行二组", "XC-02", PERSON, "made_by", "debt_before"):
        assert secret not in answer.text, secret


def test_a_link_opens_the_gpx_and_the_sheet_to_print(desk, code, some_font):
    link = links(desk, code, crews=["XC-02"])[0]
    answer = desk.client.get(opened(link, "/gpx"))
    assert answer.headers["content-type"] == "application/gpx+xml"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''P")
    assert [track.name for track in gpxpy.parse(answer.content).tracks] == [f"骑行二组 {link['day']}"]
    pdf = desk.client.get(opened(link, "/pdf"))
    assert pdf.content.startswith(b"%PDF") and pdf.headers["cache-control"] == "no-store"


def test_the_same_link_is_signed_twice_and_stands_on_paper(desk, code, some_font):
    assert links(desk, code) == links(desk, code)
    first, again = (desk.client.get(f"/plans/{code}?format=pdf").content for _ in range(2))
    assert first == again and first.startswith(b"%PDF")


def test_links_that_no_phone_can_reach_are_said_to_be_so(desk, code):
    told = [desk.client.post(f"/plans/{code}/links", headers={"Host": host}) for host in ("127.0.0.1", "10.1.2.3:80")]
    assert "HUASHAN_PUBLIC_URL" in told[0].json()["note"]
    assert told[1].json()["note"] is None and told[1].json()["links"][0]["url"].startswith("http://10.1.2.3:80/sheet#")


def test_a_link_for_fewer_hours_ends_sooner_and_one_for_more_than_14_days_is_refused(desk, code):
    short = datetime.fromisoformat(links(desk, code, hours=3)[0]["expires_at"])
    assert timedelta(hours=2, minutes=58) < short - datetime.now(UTC) <= timedelta(hours=3)
    assert desk.client.post(f"/plans/{code}/links", json={"hours": 337}).status_code == 400
    assert desk.client.post(f"/plans/{code}/links", json={"crews": ["无此组"]}).status_code == 404
    assert desk.client.post("/plans/P20200101-1/links").status_code == 404


def test_a_cut_or_forged_link_is_403_and_says_what_to_do(desk, code):
    path = opened(links(desk, code)[0])
    for forged in (path[:-3], path.replace("/sheets/W", "/sheets/V"), "/sheets/x", f"/sheets/{TOKEN}"):
        for kind in ("", "/gpx", "/pdf"):
            answer = desk.client.get(forged + kind)
            assert answer.status_code == 403 and "重新扫描" in answer.json()["detail"]


def test_an_expired_link_is_410(desk, code):
    key = bytes(desk.run("SELECT secret FROM city.sheet_key"))
    path = f"/sheets/{Signer(key).token(Opened(code, 'XC-01', datetime.now(UTC) - timedelta(minutes=1), 0))}"
    answer = desk.client.get(path)
    assert answer.status_code == 410 and "到期" in answer.json()["detail"] and "调度员" in answer.json()["detail"]


def test_a_crew_that_the_plan_no_longer_sends_is_410(desk, code):
    key = bytes(desk.run("SELECT secret FROM city.sheet_key"))
    token = Signer(key).token(Opened(code, "XC-09", datetime.now(UTC) + timedelta(days=1), 0))
    answer = desk.client.get(f"/sheets/{token}")
    assert answer.status_code == 410 and "已没有本组的路线" in answer.json()["detail"]


def test_ended_links_are_410_and_new_ones_open(desk):
    code = stored(desk.engine, plan(date.today() + timedelta(days=1)))
    path = opened(links(desk, code)[0])
    dispatcher = desk.person("dispatcher")
    assert desk.client.delete(f"/plans/{code}/links").status_code == 401, "not even over the sample"
    assert desk.client.delete(f"/plans/{code}/links", headers=desk.person("patroller")).status_code == 403
    assert desk.client.delete(f"/plans/{code}/links", headers=dispatcher).status_code == 204
    answer = desk.client.get(path)
    assert answer.status_code == 410 and "作废" in answer.json()["detail"]
    assert desk.client.get(opened(links(desk, code)[0])).status_code == 200
    assert desk.run("SELECT ended_by FROM city.sheet_end WHERE plan_code = %s", code) == "张三"


def test_the_links_of_an_erased_plan_are_410(desk):
    code = stored(desk.engine, plan(date.today() + timedelta(days=1)))
    path = opened(links(desk, code)[0])
    assert desk.client.delete(f"/plans/{code}", headers=desk.person("dispatcher")).status_code == 204
    answer = desk.client.get(path)
    assert answer.status_code == 410 and "已被删除" in answer.json()["detail"]


def test_a_plan_that_is_not_done_has_no_links_yet(desk, code):
    desk.run("UPDATE city.plan SET status = 'solving' WHERE code = %s", code)
    answer = desk.client.post(f"/plans/{code}/links")
    desk.run("UPDATE city.plan SET status = 'done' WHERE code = %s", code)
    assert answer.status_code == 409 and "还在求解" in answer.json()["detail"]


def test_a_patroller_signs_no_links_over_real_data_and_a_link_opens_without_a_token(real_desk):
    code = stored(real_desk.engine, plan(date.today() + timedelta(days=1)))
    assert real_desk.client.post(f"/plans/{code}/links").status_code == 401
    assert real_desk.client.post(f"/plans/{code}/links", headers=real_desk.person("patroller")).status_code == 403
    link = links(real_desk, code, headers=real_desk.person("dispatcher"))[0]
    assert real_desk.client.get(opened(link)).status_code == 200
