"""The screen's own files: what the policy and the house rules forbid is not in them."""

import re
from pathlib import Path

import pytest

import api

SCREEN = Path(api.__file__).parent / "screen"
SCRIPTS = sorted(SCREEN.rglob("*.js"))
PAGES = sorted(SCREEN.glob("*/index.html"))
TEXTS = [SCREEN / "page" / f"text.{language}.js" for language in ("zh", "en")]
FORBIDDEN = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
ASKING = re.compile(r"\bfetch\(|XMLHttpRequest|EventSource|sendBeacon")
WORD = re.compile(r'^  "([^"]+)":', re.MULTILINE)
ASKED = re.compile(r'\bt\(\s*"([^"]+)"|data-(?:text|label)="([^"]+)"')


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(SCREEN)))
def test_data_never_becomes_markup_or_code(script):
    assert FORBIDDEN.findall(script.read_text("utf-8")) == []


def test_only_one_file_fetches():
    asking = [path for path in SCRIPTS if ASKING.search(path.read_text("utf-8"))]
    assert asking == [SCREEN / "page" / "api.js"]


def test_no_address_of_another_host_is_written_down():
    namespace = "http://www.w3.org/2000/svg"
    for path in SCREEN.rglob("*.*"):
        assert re.findall(r"https?://|//[\w-]+\.\w+/", path.read_text("utf-8").replace(namespace, "")) == [], path.name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.parent.name)
def test_a_page_has_nothing_inline(page):
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page.read_text("utf-8")) == []


def test_both_languages_have_the_same_words():
    chinese, english = (WORD.findall(text.read_text("utf-8")) for text in TEXTS)
    assert chinese == english
    assert len(set(chinese)) == len(chinese)


def test_every_word_asked_for_exists():
    known = set(WORD.findall(TEXTS[0].read_text("utf-8")))
    asked = {first or second for path in [*SCRIPTS, *PAGES] for first, second in ASKED.findall(path.read_text("utf-8"))}
    assert asked - known == set()


def test_no_word_is_left_over():
    code = "".join(path.read_text("utf-8") for path in [*SCRIPTS, *PAGES] if path not in TEXTS)
    families = ("age.", "span.", "family.", *re.findall(r"\bt\(`([\w.]+\.)\$\{", code))
    words = WORD.findall(TEXTS[0].read_text("utf-8"))
    assert [word for word in words if f'"{word}"' not in code and not word.startswith(families)] == []


def test_no_file_is_long():
    assert {path.name: lines for path in SCRIPTS if (lines := len(path.read_text("utf-8").splitlines())) > 300} == {}
