"""The rooms of the screen: what every page stands on, the map, and pages that know nothing of one another."""

import posixpath
import re

from api.routes.screen import SCREEN_FOLDER

GROUND = {"page": set(), "map": {"page"}, "layers": {"page"}}
"""What else each room may ask; any other folder is a page, which may ask all of these and no other page."""
IMPORT = re.compile(r'\bimport\b[^"\';]*?["\']([./][^"\']+)["\']|import\("([./][^"\']+)"\)')


def arrows():
    """Each file that asks another, and that other: rooms."""
    for file in SCREEN_FOLDER.rglob("*.js"):
        here = file.relative_to(SCREEN_FOLDER).as_posix()
        for found in IMPORT.finditer(file.read_text("utf-8")):
            there = posixpath.normpath(posixpath.join(posixpath.dirname(here), found[1] or found[2]))
            assert (SCREEN_FOLDER / there).is_file(), f"{here} asks for {there}"
            yield here, here.split("/")[0], there.split("/")[0]


def test_no_room_asks_one_above_it_and_no_page_another():
    found = list(arrows())
    assert {"page", "map", "layers", "desk"} <= {room for _, room, _ in found}
    for file, room, other in found:
        assert other == room or other in GROUND.get(room, set(GROUND)), f"{file} asks {other}"
