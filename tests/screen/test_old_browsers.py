"""Offices run browsers on old Chromium cores: the screen is written in what version 100 understands."""

import pytest

from api.routes.screen import SCREEN_FOLDER
from tests.conftest import assets_folder
from tests.screen.old_browsers import CHECKS, parsed, styles_too_new, too_new

SCRIPTS = sorted(SCREEN_FOLDER.rglob("*.js"))
STYLES = sorted(SCREEN_FOLDER.rglob("*.css"))
ENGINE = {"resize"}
"""Of the map's engine, which had it long before buffers had."""
pytestmark = pytest.mark.skipif(not CHECKS.is_dir(), reason="the tables of browsers were not fetched: make test")


def test_scripts_are_syntax_that_an_old_core_reads_and_ask_nothing_that_it_lacks():
    told = parsed([script.read_text("utf-8") for script in SCRIPTS])
    # A name that is given anywhere in the screen is ours, whatever a newer browser has under it.
    ours = {name for one in told for name in one["own"]} | ENGINE
    faults = [one.get("error") or sorted(set(too_new(one["names"])) - ours) for one in told]
    assert {script.name: fault for script, fault in zip(SCRIPTS, faults, strict=True) if fault} == {}


@pytest.mark.parametrize("asset", ["maplibre-gl-csp.js", "maplibre-gl-csp-worker.js"])
def test_libraries_are_syntax_that_an_old_core_reads(asset):
    [told] = parsed([(assets_folder() / asset).read_text("utf-8")], module=False)
    assert "error" not in told


@pytest.mark.parametrize("style", STYLES, ids=lambda path: str(path.relative_to(SCREEN_FOLDER)))
def test_styles_are_what_an_old_core_understands(style):
    assert styles_too_new(style.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("const sorted = [2, 1].toSorted();", "toSorted"),
        ("Object.groupBy([1], String);", "groupBy"),
        ("const half = Promise.withResolvers();", "withResolvers"),
        ("/[a--b]/v.test('a');", "error"),
        ("using file = open();", "error"),
    ],
)
def test_what_is_too_new_in_a_script_is_found(script, fault):
    [told] = parsed([script])
    assert "error" in told if fault == "error" else fault in too_new(told["names"])


@pytest.mark.parametrize(
    "style",
    [
        "p:has(a) { color: red; }",
        "p { a { color: red; } }",
        "p { color: color-mix(in srgb, red, blue); }",
        "@container (width > 3px) { p { color: red; } }",
        "@media (width >= 600px) { p { color: red; } }",
        "p { height: 100dvh; }",
        "p { grid-template-rows: subgrid; }",
        "p { text-wrap: balance; }",
        "p { colour: red; }",
    ],
)
def test_what_is_too_new_in_a_style_is_found(style):
    assert styles_too_new(style) != []
