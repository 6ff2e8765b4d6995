"""What `huashan doctor` looks at: one function for each thing, which answers what was found and how to mend it."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from layers.errors import CityError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from api.settings import Settings

_FREE_MB = 1000
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. A remedy means that something is not as it should be; wrong, that the platform needs it."""

    title: str
    text: str
    remedy: str = ""
    wrong: bool = False


def problem(title: str, text: str, remedy: str) -> Finding:
    """A finding that the platform cannot run with."""
    return Finding(title, text, remedy, wrong=True)


def programs() -> Iterator[Finding]:
    """Python and its packages, PostgreSQL, GEOS and PROJ."""
    import pyproj
    import shapely

    from api.cluster.programs import OLDEST, installed

    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", f"{version}({sys.prefix})")
    yield _packages()
    found = installed()
    usable = [p for p in found if p.version >= OLDEST and p.has_postgis]
    have = "、".join(f"{p.version}{'(有 PostGIS)' if p.has_postgis else '(无 PostGIS)'}" for p in found) or "没有"
    if usable or os.environ.get("HUASHAN_DATABASE_URL"):
        yield Finding("PostgreSQL", have)
    else:
        yield problem("PostgreSQL", have, f"运行 make run 安装,或请管理员安装 postgresql {OLDEST}+ 与 PostGIS 3.3+")
    yield Finding("GEOS / PROJ", f"{shapely.geos_version_string} / {pyproj.proj_version_str}(Python 一侧)")


def _packages() -> Finding:
    from api.cluster.place import checkout

    list_ = checkout() / "constraints.txt"
    if not os.access(list_, os.R_OK):
        return Finding("Python 包", "没有 constraints.txt 可核对")
    pins = [line.split("==") for line in list_.read_text("utf-8").splitlines() if "==" in line]
    have = {d.metadata["Name"].lower().replace("_", "-"): d.version for d in metadata.distributions()}
    off = [name for name, version in pins if have.get(name.lower().replace("_", "-")) != version.strip()]
    if off:
        return Finding("Python 包", f"{len(off)} 个与清单不符:{'、'.join(off[:5])}", "运行 make install 重新安装")
    return Finding("Python 包", f"{len(pins)} 个,与清单一致")


def tools() -> Iterator[Finding]:
    """What fetches the assets, draws and prints, and what the tests draw with; without them the platform still runs."""
    from api.landuse.paper.office import program as office

    node = shutil.which("node") or str(Path(sys.prefix) / "bin" / "node")
    npm = shutil.which("npm") or str(Path(sys.prefix) / "bin" / "npm")
    if Path(npm).exists():
        yield Finding("node / npm", f"{_said(node, '--version')} / {_said(npm, '--version')}")
    else:
        yield Finding("node / npm", "没有", "只在取前端资源时需要;运行 make install 会补上")
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser:
        yield Finding("Chromium", _said(browser, "--version"))
    else:
        yield Finding("Chromium", "没有", "只有浏览器测试需要;运行 make test 会装上 chromium")
    fonts = _said("fc-list", ":lang=zh", "family").splitlines()
    if fonts:
        yield Finding("中文字体", fonts[0].split(",")[0])
    else:
        yield Finding("中文字体", "没有", "本机浏览器显示中文、打印都需要;apt-get install fonts-wqy-microhei")
    if writer := office():
        yield Finding("LibreOffice", writer)
    else:
        yield Finding(
            "LibreOffice", "没有", "用地核查的 PDF 需要,没有时给 DOCX;apt-get install libreoffice-writer-nogui"
        )


def places(settings: "Settings") -> Iterator[Finding]:
    """The data folder, the room on its disk, the assets, the port."""
    from api.cluster.place import SERVICE_USER, service_user

    folder = settings.data
    yield _data_folder(folder)
    if os.geteuid() == 0 and service_user() != SERVICE_USER:
        yield Finding("服务用户", f"没有 {SERVICE_USER},暂用 {service_user()}", "运行 make install 创建")
    parent = next(p for p in (folder, *folder.parents) if os.path.exists(p))
    free_mb = shutil.disk_usage(parent).free // (1024 * 1024)
    if free_mb < _FREE_MB:
        yield problem("剩余空间", f"{free_mb} MB", f"清理 {parent} 所在的磁盘,或用 HUASHAN_DATA 换一处")
    else:
        yield Finding("剩余空间", f"{free_mb / 1024:.1f} GB")
    if os.path.isfile(settings.assets / "maplibre-gl-csp.js"):
        yield Finding("前端资源", str(settings.assets))
    else:
        yield problem("前端资源", f"{settings.assets} 里没有", "运行 make install 取来")
    yield _port(settings)


def _data_folder(folder: Path) -> Finding:
    from api.cluster.place import MARKER, check_usable

    try:
        check_usable(folder)
    except CityError as error:
        return problem("数据文件夹", str(error), "按上面这句处理后再检查一次")
    there = folder.exists()
    if there and any(folder.iterdir()) and not (folder / MARKER).is_file():
        return problem("数据文件夹", f"{folder} 里没有标记 {MARKER}", "把 HUASHAN_DATA 指向空文件夹或平台建的文件夹")
    return Finding("数据文件夹", f"{folder}{'' if there else '(还没有建)'}")


def platform_running(settings: "Settings") -> bool:
    """Whether a platform serves from this data folder now."""
    from api.cluster.sharing import is_locked

    return os.access(settings.data / "up.lock", os.W_OK) and is_locked(settings.data / "up.lock")


def _port(settings: "Settings") -> Finding:
    if platform_running(settings):
        return Finding("平台", f"正在运行:{(settings.data / 'up.lock').read_text('utf-8').strip()}")
    try:
        with socket.create_connection((settings.host, settings.port), timeout=1):
            pass
    except OSError:
        return Finding("端口", f"{settings.host}:{settings.port} 空闲")
    return problem("端口", f"{settings.port} 被别的程序占用", f"换一个端口启动,例如 PORT={settings.port + 1} make run")


def database(settings: "Settings", role: str) -> Iterator[Finding]:
    """Versions, what the application's role may do, and pending migrations."""
    from api.cli.database import owner_engine
    from layers.migrate import pending

    with owner_engine(settings) as engine, engine.connect() as connection:
        yield Finding("数据库", str(connection.exec_driver_sql("SELECT split_part(version(), ' on ', 1)").scalar_one()))
        yield Finding("PostGIS", str(connection.exec_driver_sql("SELECT postgis_full_version()").scalar_one())[:160])
        yield _role(connection, role)
        try:
            names = pending(connection)
        except CityError as error:
            yield problem("迁移", str(error), "更新程序后再启动")
            return
    if names:
        yield problem(
            "迁移", f"待执行 {len(names)} 项:{'、'.join(names[:3])}", "运行 huashan migrate(make run 也会执行)"
        )
    else:
        yield Finding("迁移", "已是最新")


def _role(connection: "Connection", role: str) -> Finding:
    row = connection.exec_driver_sql(
        "SELECT rolsuper, (SELECT count(*) FROM pg_class WHERE relowner = r.oid) FROM pg_roles r WHERE rolname = %(r)s",
        {"r": role},
    ).one_or_none()
    if row is None:
        return problem("应用角色", f"数据库里没有 {role}", "核对 HUASHAN_DATABASE_URL 的用户")
    if row[0] or row[1]:
        has = "是超级用户" if row[0] else f"拥有 {row[1]} 个表"
        return problem(
            "应用角色", f"{role} {has}", "让 HUASHAN_DATABASE_URL 用普通角色,HUASHAN_OWNER_URL 用拥有表的角色"
        )
    return Finding("应用角色", f"{role},不是超级用户,不拥有表")


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
