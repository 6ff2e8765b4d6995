"""The screen's own files: what the policy and the house rules forbid is not in them."""

import re
from pathlib import Path

import pytest

import api
from api.routes.screen import read_pages

SCREEN = Path(api.__file__).parent / "screen"
SCRIPTS = sorted(SCREEN.rglob("*.js"))
PAGES = sorted(SCREEN.glob("*/index.html"))
ROOMS = sorted({path.parent.name for path in SCREEN.glob("*/text.zh.js")})
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
    for path in (path for path in SCREEN.rglob("*.*") if path.suffix != ".jpg"):
        assert re.findall(r"https?://|//[\w-]+\.\w+/", path.read_text("utf-8").replace(namespace, "")) == [], path.name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.parent.name)
def test_a_page_has_nothing_inline(page):
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page.read_text("utf-8")) == []


def words_of(room, language="zh"):
    """The keys of a room's words; none where it has no words of its own. A room with many has them in several files."""
    return [
        word
        for text in sorted((SCREEN / room).glob(f"text*.{language}.js"))
        for word in WORD.findall(text.read_text("utf-8"))
    ]


def code_of(rooms):
    """The scripts and documents of these rooms but their words, as one text."""
    files = [path for path in [*SCRIPTS, *PAGES] if path.parent.name in rooms and not path.name.startswith("text.")]
    return "".join(
        path.read_text("utf-8") for path in [*files, *([SCREEN / "page" / "text.js"] if "page" in rooms else [])]
    )


def test_every_page_is_offered_under_a_name_in_both_languages():
    assert {path.parent.name for path in PAGES} == {page.id for page in read_pages()}
    assert all(page.title.keys() == {"zh", "en"} for page in read_pages())


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_have_the_same_words(room):
    chinese = words_of(room)
    assert chinese == words_of(room, "en")
    assert len(set(chinese)) == len(chinese)
    assert room == "page" or set(chinese) & set(words_of("page")) == set()


@pytest.mark.parametrize("room", sorted({path.parent.name for path in SCRIPTS}))
def test_every_word_asked_for_exists(room):
    asked = {first or second for first, second in ASKED.findall(code_of([room]))}
    assert asked - {*words_of("page"), *words_of(room)} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_no_word_is_left_over(room):
    code = code_of([room] if room != "page" else [path.name for path in SCREEN.iterdir()])
    families = ("age.", "span.", "family.", "skip.", *re.findall(r"\bt\(`([\w.]+\.)\$\{", code))
    assert [word for word in words_of(room) if f'"{word}"' not in code and not word.startswith(families)] == []


def test_no_file_is_long():
    assert {path.name: lines for path in SCRIPTS if (lines := len(path.read_text("utf-8").splitlines())) > 300} == {}
