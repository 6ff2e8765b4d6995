"""What tests of sheets on paper need of the machine."""

import pytest

from api.sheets.drawing.font import find_letters
from layers.errors import NotPossible


@pytest.fixture(scope="session")
def some_font():
    """A Chinese font to print with."""
    try:
        find_letters()
    except NotPossible:
        pytest.skip("no Chinese font here: apt-get install fonts-wqy-microhei")
