"""Where things are kept, and that nobody else's folder is taken."""

import os
from pathlib import Path

import pytest

from api.cluster import place as place_module
from api.cluster.place import (
    MARKER,
    ClusterPlace,
    check_usable,
    data_folder,
    open_own,
    prepare,
    short_name,
    socket_folder_for,
)
from layers.errors import NotPossible


def test_each_checkout_has_a_folder_of_its_own(monkeypatch):
    monkeypatch.delenv("HUASHAN_DATA", raising=False)
    monkeypatch.setenv("HUASHAN_CHECKOUT", "/srv/one/huashan")
    one = data_folder()
    monkeypatch.setenv("HUASHAN_CHECKOUT", "/srv/two/huashan")
    assert one != data_folder()
    assert one.name == short_name(Path("/srv/one/huashan"))


def test_a_named_folder_is_taken_as_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("HUASHAN_DATA", str(tmp_path / "a" / ".." / "b"))
    assert data_folder() == tmp_path / "b"


def test_a_long_or_odd_path_gets_a_short_socket_folder():
    for folder in (Path("/srv") / ("long" * 30), Path("/srv/with space, and comma")):
        found = socket_folder_for(folder)
        assert found.parent == Path("/tmp") and len(str(found / ".s.PGSQL.5432.lock")) <= 107
    assert socket_folder_for(Path("/srv/a" * 20)) != socket_folder_for(Path("/srv/b" * 20))


def test_a_folder_with_other_things_is_refused(place):
    place.folder.mkdir()
    (place.folder / "letter.txt").write_text("private")
    with pytest.raises(NotPossible, match=r"letter|标记"):
        prepare(place)
    assert [f.name for f in place.folder.iterdir()] == ["letter.txt"]


def test_a_folder_below_a_file_or_closed_to_us_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(NotPossible, match="是文件"):
            check_usable(folder)
    check_usable(tmp_path / "new" / "deeper")
    monkeypatch.setattr(place_module.os, "access", lambda *_: False)
    with pytest.raises(NotPossible, match=f"不能读写 {tmp_path}"):
        check_usable(tmp_path / "new")


def test_a_folder_inside_the_checkout_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("HUASHAN_CHECKOUT", str(tmp_path / "huashan"))
    for folder in ("huashan", "huashan/data"):
        with pytest.raises(NotPossible, match="在程序文件夹"):
            check_usable(tmp_path / folder)
    check_usable(tmp_path / "huashan-data")


def test_a_full_or_broken_disk_is_one_sentence(place, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device", str(place.folder / MARKER))

    monkeypatch.setattr(place_module.Path, "write_text", full)
    with pytest.raises(NotPossible, match=r"No space left.*HUASHAN_DATA"):
        prepare(place)


def test_a_socket_folder_open_to_others_is_refused(place):
    elsewhere = place.folder.parent / "socket"
    elsewhere.mkdir(mode=0o755)
    with pytest.raises(NotPossible, match="套接字"):
        prepare(ClusterPlace(place.folder, elsewhere, place.os_user))


def test_a_link_is_never_written_through(tmp_path):
    target = tmp_path / "target"
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(OSError):
        open_own(tmp_path / "link", "w")
    assert not target.exists()


def test_preparing_twice_changes_nothing(place):
    prepare(place)
    before = sorted(os.listdir(place.folder))
    prepare(place)
    assert sorted(os.listdir(place.folder)) == before and MARKER in before
