"""The interface describes itself, and the page that shows it works without internet."""

import re
from html.parser import HTMLParser

from api.answers.headers import CSP
from api.routes.docs import DOCS_FOLDER

OWN = re.compile(r"/(assets|docs|screen)/[\w./-]+|/openapi\.json")


class Addresses(HTMLParser):
    """Collects what a page would load, and whatever is inline."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self._open = ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self._open = tag if tag in ("script", "style") and "src" not in given else ""
        self.addresses += [given[name] for name in ("src", "href") if name in given]
        self.inline += [name for name in given if name == "style" or name.startswith("on")]

    def handle_data(self, data):
        if self._open and data.strip():
            self.inline.append(data)


def test_the_page_loads_nothing_from_elsewhere_and_holds_nothing_inline(desk):
    answer = desk.client.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == CSP
    page = Addresses()
    page.feed(answer.text)
    assert page.inline == []
    assert [address for address in page.addresses if not OWN.fullmatch(address)] == []
    assert "http" not in (DOCS_FOLDER / "docs.js").read_text("utf-8")


def test_the_files_of_the_page_are_served(desk):
    for name, kind in (("docs.js", "text/javascript"), ("docs.css", "text/css")):
        answer = desk.client.get(f"/docs/{name}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
    assert desk.client.get("/docs/__init__.py").status_code == 404


def test_the_description_names_every_route_that_is_meant_for_callers(desk):
    document = desk.client.get("/openapi.json").json()
    described = {(path, method.upper()) for path, operations in document["paths"].items() for method in operations}
    served = {
        (route.path, method)
        for route in desk.client.app.state.routes
        if route.include_in_schema
        for method in route.methods
    }
    assert described == served
    assert ("/tiles/{layers}/{z}/{x}/{y}", "GET") in described


def test_every_operation_has_a_chinese_summary_and_says_how_it_fails(desk):
    document = desk.client.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert re.search(r"[\u4e00-\u9fff]", operation["summary"]), path
            assert "422" not in operation["responses"]
            assert "application/problem+json" in operation["responses"]["default"]["content"]
    assert set(document["components"]["securitySchemes"]) == {"bearer", "basic"}
