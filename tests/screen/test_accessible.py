"""Every page, looked over by axe-core: no serious fault, in either language."""

import pytest

from api.routes.screen import read_pages
from tests.screen.old_browsers import CHECKS

SERIOUS = {"serious", "critical"}
RUN = "() => axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHECKS.is_dir(), reason="axe-core was not fetched: make test"),
]


def serious(screen):
    """What axe calls serious, with where it is."""
    screen.page.evaluate((CHECKS / "axe.js").read_text("utf-8"))
    found = screen.page.evaluate(RUN)
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found if one["impact"] in SERIOUS]


@pytest.mark.parametrize("path", [page.path for page in read_pages()])
def test_axe_finds_no_serious_fault(screen, path):
    screen.open(f"{path.lstrip('/')}#lang=zh")
    assert serious(screen) == []
    # The address says it, and all is written anew: to open a map a second time for it costs as much as the first.
    screen.page.evaluate("() => { location.hash = 'lang=en'; }")
    screen.until("document.documentElement.lang.startsWith('en')")
    assert serious(screen) == []


def test_a_serious_fault_would_be_found(screen):
    screen.open(f"#{screen.LIGHT}")
    screen.page.evaluate("() => { const field = document.createElement('input'); document.body.append(field); }")
    assert [name for name, _ in serious(screen)] == ["label"]
