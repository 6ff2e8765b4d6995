"""What root hands to the service user: where the code that was compiled for it is kept."""

import os
import pwd
from pathlib import Path

import pytest

from api.cli import handover
from api.cluster.place import ClusterPlace


@pytest.fixture
def place(tmp_path):
    return ClusterPlace(tmp_path / "data", tmp_path / "data" / "socket")


def kept(place, user):
    return handover._environment(place, user, place.folder)["NUMBA_CACHE_DIR"]


def test_compiled_code_is_read_where_the_installation_put_it_for_this_user(place, tmp_path, monkeypatch):
    monkeypatch.setattr(handover, "build_folder", lambda: tmp_path)
    (tmp_path / "compiled").mkdir()
    assert kept(place, pwd.getpwuid(os.geteuid())) == str(tmp_path / "compiled")


def test_nothing_that_another_user_wrote_is_run(place, tmp_path, monkeypatch):
    monkeypatch.setattr(handover, "build_folder", lambda: tmp_path)
    in_data = str(place.folder / "compiled")
    me = pwd.getpwuid(os.geteuid())
    assert kept(place, me) == in_data
    (tmp_path / "compiled").mkdir()
    assert kept(place, next(user for user in pwd.getpwall() if user.pw_uid != me.pw_uid)) == in_data


def test_the_wheel_can_be_built_from_the_copy(tmp_path):
    from api.handout.wheel import Wheels

    handover.copy_code(Path(__file__).parents[2], tmp_path / "copy")
    assert Wheels(tmp_path / "copy").wheel().name.endswith(".whl")
