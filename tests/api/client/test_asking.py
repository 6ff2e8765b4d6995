"""Busy, broken and foreign servers: what reads is asked again within bounds, what writes never; refusals say why."""

import email.utils
import time

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.client import Platform
from api.client.asking import Wire
from layers.errors import BadInput, CityError, Conflict, NotAllowed, NotFound, NotReady, NotSignedIn, TooLarge

GOOD = {"answer": 1}


def wire(*answers):
    """A wire to a server that gives these answers in turn, the last for ever; what was asked, how long it waited."""
    asked, waited, left = [], [], list(answers)

    def answer(request):
        asked.append(request.method)
        given = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(given, Exception):
            raise given
        return given() if callable(given) else given

    http = httpx2.Client(transport=httpx2.MockTransport(answer), base_url="http://city")
    return Wire(http, wait=waited.append), asked, waited


def busy(status=503, **headers):
    return lambda: httpx2.Response(status, headers={name.replace("_", "-"): one for name, one in headers.items()})


def good():
    return httpx2.Response(200, json=GOOD)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_platform_is_asked_again_when_it_says(status):
    city, asked, waited = wire(busy(status, Retry_After="3"), good)
    assert city.get("/layers") == GOOD and waited == [3.0] and len(asked) == 2


def test_a_wait_may_be_told_by_date():
    city, _, waited = wire(busy(Retry_After=email.utils.formatdate(time.time() + 20, usegmt=True)), good)
    assert city.get("/layers") == GOOD and 0 < waited[0] <= 20


@given(st.lists(st.sampled_from([429, 502, 503, 504]), min_size=5, max_size=5))
def test_tries_are_bounded_and_the_last_refusal_is_told(statuses):
    city, asked, waited = wire(*map(busy, statuses))
    with pytest.raises(NotReady, match=str(statuses[-1])):
        city.get("/layers")
    assert len(asked) == 5 and sum(waited) <= 31


def test_who_would_have_to_wait_long_is_told_at_once():
    city, asked, waited = wire(busy(429, Retry_After="900"), good)
    with pytest.raises(NotReady, match="429"):
        city.get("/layers")
    assert (len(asked), waited) == (1, [])


@pytest.mark.parametrize("answer", [busy(503, Retry_After="1"), httpx2.ReadError("reset")])
def test_what_is_posted_is_never_sent_twice(answer):
    city, asked, waited = wire(answer, good)
    with pytest.raises(NotReady):
        city.post("/coverage/compute", b"{}", {})
    assert (asked, waited) == (["POST"], [])


def test_a_connection_that_breaks_off_is_made_again_and_one_that_cannot_be_made_is_not():
    city, asked, _ = wire(httpx2.RemoteProtocolError("closed"), good)
    with city.file("/x").body as body:
        assert body.read() and len(asked) == 2
    city, asked, _ = wire(httpx2.ConnectError("refused"))
    with pytest.raises(NotReady, match="连不上"):
        city.get("/layers")
    assert len(asked) == 1
    city, asked, _ = wire(httpx2.ReadTimeout("slow"))
    with pytest.raises(NotReady, match="timeout_s"):
        city.get("/layers")
    assert len(asked) == 1


def test_a_file_that_breaks_off_half_way_is_asked_for_from_its_beginning():
    def half():
        yield b"ab"
        raise httpx2.ReadError("reset")

    city, _, _ = wire(lambda: httpx2.Response(200, content=half()), httpx2.Response(200, content=b"abcd"))
    with city.file("/x").body as body:
        assert body.read() == b"abcd"


@pytest.mark.parametrize(
    ("status", "kind"),
    {
        400: BadInput,
        401: NotSignedIn,
        403: NotAllowed,
        404: NotFound,
        409: Conflict,
        413: TooLarge,
        418: BadInput,
        500: NotReady,
    }.items(),
)
def test_each_refusal_is_the_error_it_means_in_the_platform_s_own_words(status, kind):
    problem = httpx2.Response(
        status, json={"detail": "请这样做。"}, headers={"Content-Type": "application/problem+json"}
    )
    city, asked, _ = wire(problem)
    with pytest.raises(kind, match=rf"{status}:请这样做。"):
        city.get("/layers")
    assert len(asked) == 1


def test_who_has_no_token_is_told_how_to_get_one():
    with pytest.raises(NotSignedIn, match="huashan token new"):
        wire(httpx2.Response(401))[0].get("/layers")


@pytest.mark.parametrize("body", [b"<html>login</html>", b"[1]", b"\xff"])
def test_another_site_s_answer_is_not_taken_for_the_platform_s(body):
    with pytest.raises(NotFound, match="代理"):
        wire(httpx2.Response(200, content=body))[0].get("/layers")


def test_another_address_is_told_and_no_token_sent_there():
    city, asked, _ = wire(httpx2.Response(308, headers={"Location": "https://city/layers"}))
    with pytest.raises(BadInput, match="https://city/layers"):
        city.get("/layers")
    assert len(asked) == 1


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://city", ""])
def test_an_address_without_scheme_is_refused(url):
    with pytest.raises(BadInput, match="http://127"):
        Platform(url)


@pytest.mark.parametrize("token", ["", "  ", "令牌"])
def test_a_token_that_cannot_be_one_is_refused_before_it_is_sent(token):
    with pytest.raises(CityError, match="令牌"):
        Platform("http://city", token)


def test_one_that_was_closed_says_so():
    city = Platform("http://city")
    city.close()
    with pytest.raises(NotReady, match="已经关闭"):
        city.layers()
