"""The install script's parts: pinned lists, assets by checksum, and folders."""

import base64
import hashlib
import io
import os
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from api.install import assets
from api.install.assets import WrongAsset, fetch, pins, unpack, up_to_date

CHECKOUT = Path(__file__).parents[2]
INSTALL = CHECKOUT / "api" / "install"


@pytest.fixture
def tarball(tmp_path):
    """A package with one script that names its source map, and one entry that climbs out."""
    file = tmp_path / "lib-1.0.0.tgz"
    with tarfile.open(file, "w:gz") as archive:
        for name, text in {
            "package/a.js": b"code();\n//# sourceMappingURL=a.js.map\n",
            "package/../../evil": b"x",
        }.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    digest = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
    return file, {"version": "1.0.0", "integrity": f"sha512-{digest}", "files": {"a.js": "b.js"}}


def test_only_what_is_named_comes_out_without_its_map(tarball, tmp_path):
    file, pin = tarball
    (tmp_path / "out").mkdir()
    unpack(file, pin, tmp_path / "out")
    assert [f.name for f in (tmp_path / "out").iterdir()] == ["b.js"]
    assert (tmp_path / "out" / "b.js").read_bytes().strip() == b"code();"
    assert not (tmp_path / "evil").exists()


def test_another_checksum_is_refused(tarball, tmp_path):
    file, pin = tarball
    with pytest.raises(WrongAsset, match="校验和"):
        unpack(file, pin | {"integrity": "sha512-" + "A" * 86 + "=="}, tmp_path)


def test_a_failed_fetch_leaves_the_old_assets(tmp_path, monkeypatch):
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "old.js").write_text("old")

    def no_network(*_):
        raise WrongAsset("没有网络")

    monkeypatch.setattr(assets, "_pack", no_network)
    with pytest.raises(WrongAsset):
        fetch(folder)
    assert (folder / "old.js").exists() and not up_to_date(folder)


def test_every_package_is_pinned_and_no_host_is_named():
    lines = [x for x in (CHECKOUT / "constraints.txt").read_text("utf-8").splitlines() if x and not x.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[\w.]+", line) for line in lines)
    for file in (CHECKOUT / "constraints.txt", *INSTALL.glob("*.*")):
        assert "://" not in file.read_text("utf-8"), file
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", pin["version"]) for pin in pins().values())


def test_every_package_has_its_licence_named():
    notices = (CHECKOUT / "LICENSE").read_text("utf-8").split("Third-party notices")[1]
    named = set(re.findall(r"[a-z0-9][a-z0-9-]*", notices.lower().replace("_", "-")))
    listed = (CHECKOUT / "constraints.txt").read_text("utf-8")
    packages = [line.split("==")[0].lower().replace("_", "-") for line in listed.splitlines() if "==" in line]
    assert [name for name in packages if name not in named] == []
    changes = (CHECKOUT / "CHANGELOG.md").read_text("utf-8")
    for name, pin in pins().items():
        assert f"{name} {pin['version']}" in notices and f"{name} {pin['version']}" in changes


def test_what_the_platform_imports_is_in_the_list():
    import tomllib

    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = {x.split("==")[0].lower() for x in (CHECKOUT / "constraints.txt").read_text("utf-8").splitlines()}
    needed = {*project["dependencies"], *project["optional-dependencies"]["server"]}
    assert {name.lower() for name in needed} <= pinned


def test_the_folder_for_what_can_be_rebuilt():
    said = subprocess.run(
        ["sh", INSTALL / "build-folder.sh"], capture_output=True, text=True, check=True
    ).stdout.strip()
    from api.cluster.place import short_name

    expected = Path("/var/cache/huashan") / short_name(CHECKOUT) if os.geteuid() == 0 else CHECKOUT / ".build"
    assert Path(said) == expected


@pytest.mark.parametrize("file", [*sorted(INSTALL.glob("*.sh")), CHECKOUT / ".ci" / "run"], ids=lambda f: f.name)
def test_the_scripts_are_plain_sh(file):
    subprocess.run(["sh", "-n", file], check=True)


def test_every_target_of_the_makefile_is_in_its_help():
    said = subprocess.run(["make", "help"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "notebooks", "test", "bench", "lint", "clean", "wipe", "help"):
        assert f"make {target} " in said


def test_what_is_in_use_is_not_cleaned_away(tmp_path):
    script = tmp_path / "venv" / "bin" / "python"
    script.parent.mkdir(parents=True)
    script.symlink_to("/bin/sleep")
    clean = ["make", "-s", "-f", str(CHECKOUT / "Makefile"), "clean", f"BUILD={tmp_path}"]
    with subprocess.Popen([str(script), "60"]) as running:
        done = subprocess.run(clean, cwd=tmp_path, capture_output=True, text=True, check=False)
        running.kill()
    assert done.returncode and "停止" in done.stderr and script.exists()
