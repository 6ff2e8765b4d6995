"""Printed answers, each made once: the document, the page of the map, the PDF by LibreOffice where it is installed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from api.landuse.paper.office import program
from api.landuse.paper.printing import printed
from api.sheets.drawing.font import find_letters
from api.sheets.ground import Shape
from layers.errors import NotPossible
from tests.api.landuse.paper.checks import at, check, geojson

NOW = datetime(2026, 11, 27, 15, 10, 5, tzinfo=timezone(timedelta(hours=8)))
assert NOW.astimezone(UTC).hour == 7
READER = "张三"


def ground(box):
    lake = geojson(at(-150, -120, 60, 60))["coordinates"][0]
    road = geojson(at(-300, 230, 700, 240))["coordinates"][0][0][:3]
    return [Shape("water", "严东湖", False, True, lake), Shape("road", "花山大道", True, False, [road])]


def made(answer, wanted, **more):
    return printed(answer, wanted, reader=READER, at=NOW, ground_of=ground, **more)


@pytest.fixture(scope="session")
def some_font():
    """A Chinese font to draw with."""
    try:
        find_letters()
    except NotPossible:
        pytest.skip("no Chinese font here: apt-get install fonts-wqy-microhei")


@pytest.fixture(scope="module")
def answer():
    return check()


@pytest.fixture(scope="module")
def docx_file(some_font, answer):
    return made(answer, "docx")


@pytest.fixture(scope="module")
def map_file(some_font, answer):
    return made(answer, "map")


@pytest.fixture(scope="module")
def pdf_file(some_font, answer):
    """The document as LibreOffice makes it; it takes some seconds, so that it is made once."""
    if program() is None:
        pytest.skip("no LibreOffice here: apt-get install libreoffice-writer-nogui")
    return made(answer, "pdf")
