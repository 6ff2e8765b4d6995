import stat
import struct
import zipfile

import pytest

from api.transfer.archive import Limits, unpacked
from layers.errors import BadFile, TooLarge


def packed(path, *entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def test_files_are_unpacked_into_a_folder_that_goes_away(tmp_path):
    with unpacked(packed(tmp_path / "a.zip", ("in/a.csv", b"x"))) as folder:
        assert (folder / "in" / "a.csv").read_bytes() == b"x"
    assert not folder.exists()


@pytest.mark.parametrize(
    "name", ["../a.csv", "x/../../a.csv", "/etc/a.csv", "..\\a.csv", "C:\\a.csv", "\\\\host\\a.csv"]
)
def test_a_path_that_climbs_out_is_refused_and_nothing_is_written(tmp_path, name):
    path = packed(tmp_path / "a.zip", ("fine.csv", b"x"), (name, b"x"))
    with pytest.raises(BadFile, match="包外"), unpacked(path):
        pass
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


def test_a_link_is_refused(tmp_path):
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(BadFile, match="链接"), unpacked(packed(tmp_path / "a.zip", (link, b"/etc/passwd"))):
        pass


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = packed(tmp_path / "a.zip", ("a.csv", b"0" * 30_000_000))
    with pytest.raises(TooLarge, match="压缩炸弹"), unpacked(path):
        pass


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", ("a.csv", b"0" * 30_000_000))
    raw = bytearray(path.read_bytes())
    central = raw.rfind(b"PK\x01\x02")
    raw[central + 24 : central + 28] = struct.pack("<I", 100)
    path.write_bytes(raw)
    with pytest.raises(BadFile, match="损坏"), unpacked(path):
        pass


def test_too_many_entries_or_bytes_are_refused(tmp_path):
    path = packed(tmp_path / "a.zip", *((f"{number}.csv", b"abcdefgh") for number in range(5)))
    with pytest.raises(TooLarge, match="5 个文件"), unpacked(path, Limits(entries=4)):
        pass
    with pytest.raises(TooLarge, match="上限"), unpacked(path, Limits(total_bytes=30)):
        pass


def test_a_truncated_archive_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", ("a.csv", bytes(range(256)) * 100))
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(BadFile, match="不完整"), unpacked(path):
        pass


def test_an_encrypted_entry_is_refused(tmp_path):
    path = packed(tmp_path / "a.zip", ("a.csv", b"x"))
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.find(mark) + offset] |= 1
    path.write_bytes(raw)
    with pytest.raises(BadFile, match="密码"), unpacked(path):
        pass


def test_names_in_gbk_are_understood(tmp_path):
    path = packed(tmp_path / "a.zip", ("ABCD.csv", b"x"))
    path.write_bytes(path.read_bytes().replace(b"ABCD", "花山".encode("gbk")))
    with unpacked(path) as folder:
        assert [one.name for one in folder.iterdir()] == ["花山.csv"]
