"""The screen and its assets are served as they are, from two folders and nowhere else."""

import pytest

from api.answers.headers import ALWAYS
from api.routes.screen import SCREEN_FOLDER
from tests.api.conftest import desk_over


def test_the_map_is_at_the_root_under_a_strict_policy(desk):
    answer = desk.client.get("/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert "server" not in answer.headers


def test_modules_have_a_type_that_browsers_run_and_are_asked_for_again(desk):
    answer = desk.client.get("/screen/desk/main.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-cache" in answer.headers["Cache-Control"]
    again = desk.client.get("/screen/desk/main.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "no-cache" in again.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "../app.py",
        "%2e%2e/app.py",
        "..%2fapp.py",
        "..%5capp.py",
        "%2fetc/passwd",
        "//etc/passwd",
        "....//app.js",
        "map/../../app.py",
        "map",
        "map/",
        "",
        "nothing.js",
        "desk/main.js/",
        "desk/main.js/x.js",
        ".hidden.js",
        "desk/main.js%00.css",
        "x" * 400 + ".js",
        "%ff.js",
    ],
)
@pytest.mark.parametrize("folder", ["screen", "assets", "docs"])
def test_nothing_else_can_be_reached(desk, folder, path):
    assert desk.client.get(f"/{folder}/{path}").status_code in (400, 404)


def test_a_link_out_of_the_folder_is_not_followed(engine, tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "secret.js").write_text("secret")
    (tmp_path / "assets" / "link.js").symlink_to(tmp_path / "secret.js")
    (tmp_path / "assets" / "real.js").write_text("real")
    (tmp_path / "assets" / "real.py").write_text("real")
    with desk_over(engine, heard=False, HUASHAN_ASSETS=str(tmp_path / "assets")) as desk:
        assert desk.client.get("/assets/real.js").text == "real"
        assert desk.status("/assets/link.js") == 404
        assert desk.status("/assets/real.py") == 404


def test_without_assets_the_rest_works(engine, tmp_path):
    with desk_over(engine, heard=False, HUASHAN_ASSETS=str(tmp_path / "none")) as desk:
        assert desk.status("/assets/maplibre-gl.css") == 404
        assert desk.status("/") == 200


def test_every_file_of_the_screen_has_a_type_that_is_served(desk):
    for file in SCREEN_FOLDER.rglob("*"):
        if file.is_file() and file.suffix in (".js", ".css", ".svg", ".html"):
            assert desk.status(f"/screen/{file.relative_to(SCREEN_FOLDER)}") == 200, file


@pytest.mark.parametrize("span", ["", "bytes=0-0", "bytes=9-1", "lines=1", "bytes=99999999-"])
def test_a_part_of_a_file_is_answered_with_the_whole(desk, span):
    answer = desk.client.get("/screen/desk/main.js", headers={"Range": span})
    assert (answer.status_code, answer.content) == (200, (SCREEN_FOLDER / "desk/main.js").read_bytes())
