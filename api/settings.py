"""What the environment says about this deployment, read once: `create_app(read_settings(os.environ))`."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from api.cluster.place import build_folder, data_folder
from layers.crs import METRIC_DEFAULT, Bounds, area_of_use, check_metric, foreign_datum, known
from layers.errors import BadCrs, BadInput, CityError, NotPossible
from layers.migrate import DeploymentFacts

_ON = {"1", "true", "yes", "on"}
_OFF = {"", "0", "false", "no", "off"}
_DRIVER = "postgresql+psycopg2"


@dataclass(frozen=True)
class Settings:
    """One deployment: its database, its folders, its address, and what its first migration fixes."""

    database_url: str
    owner_url: str
    data: Path
    assets: Path
    replica_url: str | None = None
    public_url: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    open_read: bool = False
    metric_crs: str = METRIC_DEFAULT
    bounds: Bounds = field(default_factory=lambda: area_of_use(METRIC_DEFAULT))
    timezone: str = "Asia/Shanghai"
    name: str = "花山"
    reaches_m: tuple[float, ...] = (25.0,)
    outing_gap_s: float = 7200.0
    processes: int = 1
    origins: tuple[str, ...] = ()
    font: Path | None = None
    plan_s: float = 300.0
    plan_days: int = 180
    local_crs: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> DeploymentFacts:
        """What the first migration fixes for good."""
        return DeploymentFacts(self.name, self.metric_crs, self.bounds, self.timezone)

    @property
    def secure(self) -> bool:
        """Whether browsers reach this server by https, so that its cookies may demand it."""
        return self.tls_cert is not None or (self.public_url or "").startswith("https://")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in the environment; raises NotPossible naming the variable, its value and the remedy.

    >>> read_settings({"HUASHAN_DATABASE_URL": "postgresql:///city", "PORT": "9000"}).port
    9000
    """
    database_url = _database_url(environ, "HUASHAN_DATABASE_URL")
    data = _data(environ)
    tls_cert, tls_key = _certificate(environ)
    metric_crs, bounds = _measure(environ)
    return Settings(
        database_url=database_url,
        owner_url=_database_url(environ, "HUASHAN_OWNER_URL") if environ.get("HUASHAN_OWNER_URL") else database_url,
        replica_url=_database_url(environ, "HUASHAN_REPLICA_URL") if environ.get("HUASHAN_REPLICA_URL") else None,
        data=data,
        assets=_folder(environ.get("HUASHAN_ASSETS")) or (build_folder() or data) / "assets",
        public_url=_public_url(environ),
        tls_cert=tls_cert,
        tls_key=tls_key,
        host=environ.get("HOST") or Settings.host,
        port=_port(environ),
        open_read=_switch(environ, "HUASHAN_OPEN_READ"),
        metric_crs=metric_crs,
        bounds=bounds,
        timezone=_timezone(environ),
        name=environ.get("HUASHAN_NAME") or Settings.name,
        reaches_m=_reaches(environ),
        outing_gap_s=_outing_gap_s(environ),
        processes=_processes(environ),
        origins=_origins(environ),
        font=_font(environ),
        plan_s=_whole(environ, "HUASHAN_PLAN_SECONDS", (1, 86_400), Settings.plan_s, "求解一个方案至多多少秒"),
        local_crs=local_systems(environ),
        plan_days=int(_whole(environ, "HUASHAN_PLAN_DAYS", (1, 36_500), Settings.plan_days, "方案保存多少天")),
    )


def local_systems(environ: Mapping[str, str]) -> dict[str, str]:
    """The city's own coordinate systems, name -> what `layers.crs.known` takes; raises NotPossible for a wrong one.

    >>> local_systems({"HUASHAN_LOCAL_CRS": "武汉2000=+proj=tmerc +lon_0=114.3 +x_0=800000 +ellps=GRS80"})
    {'武汉2000': '+proj=tmerc +lon_0=114.3 +x_0=800000 +ellps=GRS80'}
    """
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in re.split(r"[;\n]", environ.get("HUASHAN_LOCAL_CRS", "")))):
        name, _, definition = (one.strip() for one in part.partition("="))
        try:
            check_local_name(name)
            system = known(definition)
            if system.is_geographic or foreign_datum(definition):
                raise BadCrs("应为 CGCS2000 基准、以米为单位的坐标系")
        except CityError as error:
            form = "应为 名称=PROJ 字符串,几个用分号隔开"
            raise _wrong("HUASHAN_LOCAL_CRS", part, f"{str(error).rstrip('。')};{form}") from error
        if name in found:
            raise _wrong("HUASHAN_LOCAL_CRS", part, f"名称 {name} 用了两次,请改名")
        found[name] = definition
    return found


def check_local_name(name: str) -> None:
    """Raise BadInput for a name by which a system cannot be said: empty, like a code or a PROJ string, or too long."""
    if not name or len(name) > 40 or re.fullmatch(r"[\w.]*:?\d{4,6}", name, re.ASCII) or set(name) & set("+=;,'\"\n:"):
        raise BadInput(f"坐标系名称 {name[:60]!r} 不能用:应为 1 至 40 个字,不含 + = ; , : 与引号,也不像代码。")


def _wrong(variable: str, value: str, remedy: str) -> NotPossible:
    return NotPossible(f"环境变量 {variable} 的值 {value[:120]!r} 不对:{remedy}。")


def _database_url(environ: Mapping[str, str], variable: str) -> str:
    text = environ.get(variable, "")
    remedy = "应形如 postgresql://用户:口令@主机:5432/数据库"
    if not text:
        raise NotPossible(f"没有设置环境变量 {variable}:{remedy};用 make run 启动时会自动设置。")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise NotPossible(f"看不懂环境变量 {variable}(因可能含口令,不显示其值):{remedy}。") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise _wrong(variable, url.drivername, f"只支持 PostgreSQL,{remedy}")
    return _with_driver(url)


def _with_driver(url: URL) -> str:
    return url.set(drivername=_DRIVER).render_as_string(hide_password=False)


def _folder(text: str | None) -> Path | None:
    return Path(text).expanduser().resolve() if text else None


def _data(environ: Mapping[str, str]) -> Path:
    return _folder(environ.get("HUASHAN_DATA")) or data_folder()


def _public_url(environ: Mapping[str, str]) -> str | None:
    text = environ.get("HUASHAN_PUBLIC_URL", "").rstrip("/")
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise _wrong("HUASHAN_PUBLIC_URL", text, "应为浏览器所用的完整地址,如 https://city.example.cn")
    return text


def _certificate(environ: Mapping[str, str]) -> tuple[Path | None, Path | None]:
    names = ("HUASHAN_TLS_CERT", "HUASHAN_TLS_KEY")
    paths = [_folder(environ.get(name)) for name in names]
    if any(paths) and not all(paths):
        missing = names[paths.index(None)]
        raise NotPossible(f"没有设置环境变量 {missing}:{names[0]} 与 {names[1]} 须同时给出。")
    for name, path in zip(names, paths, strict=True):
        if path and not path.is_file():
            raise _wrong(name, str(path), "没有这个文件,请给出 PEM 文件的路径")
    return paths[0], paths[1]


def _font(environ: Mapping[str, str]) -> Path | None:
    path = _folder(environ.get("HUASHAN_FONT"))
    if path and not path.is_file():
        raise _wrong("HUASHAN_FONT", str(path), "没有这个文件,请给出含中文的 TTF、OTF 或 TTC 字体的路径")
    return path


def _port(environ: Mapping[str, str]) -> int:
    text = environ.get("PORT") or str(Settings.port)
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise _wrong("PORT", text, "应为 1 到 65535 的整数")
    return int(text)


def _switch(environ: Mapping[str, str], variable: str) -> bool:
    text = environ.get(variable, "").strip().lower()
    if text not in _ON | _OFF:
        raise _wrong(variable, text, "应为 1 或 0")
    return text in _ON


def _measure(environ: Mapping[str, str]) -> tuple[str, Bounds]:
    metric_crs = environ.get("HUASHAN_METRIC_CRS") or METRIC_DEFAULT
    box = environ.get("HUASHAN_BOUNDS")
    variable = "HUASHAN_BOUNDS" if box else "HUASHAN_METRIC_CRS"
    try:
        bounds = Bounds.parse(box) if box else area_of_use(metric_crs)
        variable = "HUASHAN_METRIC_CRS"
        check_metric(metric_crs, bounds)
    except CityError as error:
        raise NotPossible(f"环境变量 {variable}:{error}") from error
    return metric_crs, bounds


def _timezone(environ: Mapping[str, str]) -> str:
    text = environ.get("HUASHAN_TIMEZONE") or Settings.timezone
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise _wrong("HUASHAN_TIMEZONE", text, "应为时区名,如 Asia/Shanghai") from None
    return text


def _reaches(environ: Mapping[str, str]) -> tuple[float, ...]:
    text = environ.get("HUASHAN_REACHES") or "25"
    try:
        reaches = tuple(sorted({float(part) for part in text.split(",")}))
    except ValueError:
        reaches = ()
    if not reaches or not all(math.isfinite(reach) and 0 < reach <= 1000 for reach in reaches):
        raise _wrong("HUASHAN_REACHES", text, "应为以逗号分隔的米数,每个大于 0、不超过 1000,如 25,50")
    return reaches


def _outing_gap_s(environ: Mapping[str, str]) -> float:
    text = environ.get("HUASHAN_OUTING_GAP") or "120"
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 10 <= int(text) <= 1440):
        raise _wrong("HUASHAN_OUTING_GAP", text, "应为 10 到 1440 的整数分钟")
    return int(text) * 60.0


def _processes(environ: Mapping[str, str]) -> int:
    text = environ.get("HUASHAN_PROCESSES") or "1"
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 32):
        raise _wrong("HUASHAN_PROCESSES", text, "应为 1 到 32 的整数,至多与处理器核数相同")
    return int(text)


def _whole(environ: Mapping[str, str], variable: str, ends: tuple[int, int], usual: float, what: str) -> float:
    text = environ.get(variable) or f"{usual:g}"
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and ends[0] <= int(text) <= ends[1]):
        raise _wrong(variable, text, f"{what}:应为 {ends[0]} 到 {ends[1]} 的整数")
    return float(text)


def _origins(environ: Mapping[str, str]) -> tuple[str, ...]:
    texts = filter(None, (text.strip() for text in environ.get("HUASHAN_ORIGINS", "").split(",")))
    return tuple(sorted({_origin(text) for text in texts}))


def _origin(text: str) -> str:
    """Another site as its pages name themselves: small letters, without a path and without the usual port."""
    try:
        parts = urlsplit(text.lower())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    usual = {"http": 80, "https": 443}
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in text)
    if not (host and bare and parts.scheme in usual):
        remedy = "应为网站的来源,不含路径,如 https://plan.example.cn;几个用逗号隔开,不收 *"
        raise _wrong("HUASHAN_ORIGINS", text, remedy)
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + (f":{port}" if port not in (None, usual[parts.scheme]) else "")
