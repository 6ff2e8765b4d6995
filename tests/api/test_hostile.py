"""Whatever is sent, nothing of it is our fault: no answer is 5xx, and every refusal is a problem document."""

import json
from urllib.parse import quote, unquote

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.answers.parameters import parameter_names
from api.app import create_app
from tests.api.conftest import app_settings

NASTY = [
    "0", "-1", "1", "grid", "grid,road", "landuse", "NaN", "inf", "-inf", "1e400", "9" * 30, "9" * 400,
    str(2**63), "٣", "\x00", "a\x00b", "\ufffd", "\u202e", "😀", "'", '"', "';--", "%", "%%", "%s", "%(x)s",
    "{x}", "{{", "\\", "..", "../../etc/passwd", "/", "//", "a/b", "114,30,115,31", "115,30,114,31",
    "114.4,30.5,114.6,30.7", "", "nan,nan,nan,nan", "1,2,3,4,5,6", ",,,", "x" * 300, "x" * 10_000,
    "2026-01-01", "2026-13-45", "9999999999-01-01", "0001-01-01", "infinity", "2026-01-01T00:00:00+99:99",
    "true", "null", "[]", "{}", "<script>", "\r\nX: y", "city.token", "style.json",
]  # fmt: skip
values = st.one_of(st.sampled_from(NASTY), st.text(max_size=30), st.integers().map(str), st.floats().map(str))
raw = st.binary(max_size=30).map(lambda some: "".join(f"%{byte:02X}" for byte in some))
written = st.one_of(values.map(lambda value: quote(value, safe="", errors="replace")), raw)
headers = st.dictionaries(
    st.sampled_from(
        [
            "authorization",
            "cookie",
            "origin",
            "host",
            "if-none-match",
            "range",
            "content-type",
            "accept",
            "content-length",
            "if-modified-since",
            "x-forwarded-for",
            "referer",
        ]
    ),
    st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [
                b"Bearer x",
                b"Basic Og==",
                b"Basic \xff",
                b"huashan_session=x",
                b"application/json",
                b"bytes=9-1",
                b"bytes=0-99999999999999999999",
                b"127.0.0.1",
                b"[::1",
                b"Thu, 99 Foo 2026 00:00:00 GMT",
                b"-1",
                b"9" * 40,
            ]
        ),
    ),
    max_size=3,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | values,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(values, inside, max_size=4),
    max_leaves=8,
)
bodies = st.one_of(
    st.just(b""),
    st.binary(max_size=100),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.builds(lambda value: json.dumps({"token": value}).encode(), json_values),
)


@pytest.fixture(scope="module")
def sender(desk):
    """Sends raw requests as a server would hand them over; answers status, headers and body."""

    def send(method, path, query=b"", headers=(), body=b""):
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(path), "raw_path": path.encode(), "query_string": query, "root_path": "",
            "headers": [(b"host", b"127.0.0.1:8000"), *headers], "client": ("10.0.0.1", 5),
            "server": ("127.0.0.1", 8000), "state": {},
        }  # fmt: skip
        sent, unread = [], [body]

        async def receive():
            if not unread:
                await anyio.sleep_forever()
            return {"type": "http.request", "body": unread.pop(), "more_body": False}

        async def collect(message):
            sent.append(message)

        desk.client.portal.call(desk.client.app, scope, receive, collect)
        answer = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], dict(sent[0]["headers"]), answer

    return send


def routes(app):
    # An event stream does not end: what it refuses is in tests/api/live.
    ending = [route for route in app.state.routes if route.path != "/live"]
    return [(route.path, sorted(route.methods), parameter_names(route.original_route)) for route in ending]


@st.composite
def questions(draw, known):
    """A request to one of the routes, with something nasty in each of its places."""
    path, methods, names = draw(st.sampled_from(known))
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + draw(written) + rest.partition("}")[2]
    asked = draw(st.lists(st.sampled_from([*names, "unknown"]), max_size=3)) if names else []
    odd = st.sampled_from(["", "%", "=", "&&", "a=%FF"])
    query = "&".join(f"{name}={draw(written)}" for name in asked) or draw(odd)
    return draw(st.sampled_from([*methods, "GET"])), path, query.encode()


def judge(status, headers, body):
    assert status < 500, body
    if status >= 400:
        assert headers[b"content-type"] == b"application/problem+json"
        said = json.loads(body)
        assert said["status"] == status
        assert said["detail"].endswith("。")
        assert "Traceback" not in said["detail"]


@pytest.fixture(scope="module")
def known(desk):
    return routes(desk.client.app)


@given(data=st.data(), headers=headers, body=bodies)
@settings(max_examples=250)
def test_no_question_is_answered_with_a_fault_of_ours(sender, known, data, headers, body):
    method, path, query = data.draw(questions(known))
    judge(*sender(method, path, query, [(name.encode(), value) for name, value in headers.items()], body))


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_each_nasty_value_in_each_place_of_the_layers(sender, value):
    nasty = quote(value, safe="")
    for path in (f"/layers/{nasty}", f"/layers/grid/{nasty}", f"/tiles/{nasty}/3/1/1", f"/tiles/grid/3/1/{nasty}",
                 f"/tiles/{nasty}.json", f"/screen/{nasty}"):  # fmt: skip
        judge(*sender("GET", path))
    for name in ("bbox", "limit", "code", "after"):
        judge(*sender("GET", "/layers/grid", f"{name}={nasty}".encode()))


@given(some=st.binary(max_size=200))
@settings(max_examples=60)
def test_no_sign_in_is_answered_with_a_fault_of_ours(sender, some):
    judge(*sender("POST", "/session", b"", [(b"content-type", b"application/json")], some))


def test_a_path_that_is_not_unicode_is_refused(desk, engine):
    app = create_app(app_settings(engine))
    assert app.state.routes
    sent = []

    async def collect(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/layers/\udcff", "query_string": b"", "headers": []}
    desk.client.portal.call(desk.client.app, scope, None, collect)
    assert sent[0]["status"] == 400
