"""What is said of one base map: in a small TOML file, or by a bare file that stands in the folder by itself."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from api.answers.wording import shown, validation_sentence
from api.limits import MAX_ZOOM
from layers.crs import Bounds
from layers.errors import BadFile, BadInput, CityError, NotFound

Kind = Literal["mbtiles", "pmtiles", "geotiff", "xyz", "wmts"]
KINDS: dict[str, Kind] = {".mbtiles": "mbtiles", ".pmtiles": "pmtiles", ".tif": "geotiff", ".tiff": "geotiff"}
"""What a file is, by its ending."""
MOST_TOML_BYTES = 64 * 1024
_SHIFTED_HOSTS = re.compile(
    r"(^|\.)(autonavi\.com|amap\.com|gtimg\.com|map\.qq\.com|google\.cn|bdimg\.com|baidu\.com)$"
)
"""Whose tiles of the mainland are GCJ-02 or BD-09, whatever a file says of them."""
_PLACES = re.compile(r"\{([^{}]*)\}")
_KNOWN_PLACES = {"z", "x", "y", "-y", "s", "token", "TileMatrix", "TileCol", "TileRow"}
_SECRET = re.compile(r"[?&](tk|token|key|ak|access_token|apikey)=(?!\{)[^&]{8,}", re.IGNORECASE)

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Address = Annotated[str, StringConstraints(min_length=10, max_length=2000, pattern=r"^https?://[\x21-\x7e]+$")]


class Titles(BaseModel):
    """A title in both languages."""

    model_config = ConfigDict(extra="forbid")
    zh: Line
    en: Line | None = None


class Written(BaseModel):
    """What a TOML file may say."""

    model_config = ConfigDict(extra="forbid", strict=True)
    title: Titles | Line
    kind: Kind | None = None
    file: Line | None = None
    url: Address | Annotated[list[Address], Field(min_length=1, max_length=4)] | None = None
    capabilities: Address | None = None
    layer: Line | None = None
    matrix_set: Line | None = None
    style: Line | None = None
    format: Annotated[str, StringConstraints(pattern=r"^image/[a-z0-9.+-]{1,40}$")] | None = None
    grid: Literal["mercator", "geographic"] = "mercator"
    subdomains: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,20}$")]], Field(max_length=20)
    ] = []
    token_env: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,79}$")] | None = None
    referer: Address | None = None
    user_agent: Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{1,200}$")] | None = None
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    approval: Line | None = None
    attribution: Line | None = None
    min_zoom: Annotated[int, Field(ge=0, le=MAX_ZOOM)] | None = None
    max_zoom: Annotated[int, Field(ge=0, le=MAX_ZOOM)] | None = None
    bounds: Annotated[list[float], Field(min_length=4, max_length=4)] | None = None
    tile_size: Literal[256, 512] = 256
    datum: Literal["cgcs2000", "wgs84", "gcj02", "bd09"] | None = None
    order: Annotated[int, Field(ge=-1000, le=1000)] = 0
    max_age_days: Annotated[int, Field(ge=1, le=3650)] = 180
    cache_mb: Annotated[int, Field(ge=1, le=100_000)] = 1024


@dataclass(frozen=True)
class Definition:
    """One base map as it is told of, before anything of it is opened.

    told_by: the file that tells it.  problem: why it cannot be shown, in words; None where nothing is known against it.
    """

    id: str
    told_by: Path
    kind: Kind | None
    written: Written | None
    file: Path | None = None
    problem: str | None = None

    @property
    def title(self) -> Titles:
        """Its title; where nobody wrote one, the file's name."""
        title = self.written.title if self.written else self.told_by.stem[:200]
        return title if isinstance(title, Titles) else Titles(zh=title)

    @property
    def urls(self) -> list[str]:
        """The addresses of its tiles elsewhere, the lowest first."""
        url = self.written.url if self.written else None
        return [url] if isinstance(url, str) else url or []

    @property
    def far(self) -> bool:
        """Whether it is fetched from elsewhere."""
        return self.kind in ("xyz", "wmts")

    @property
    def bounds(self) -> Bounds | None:
        """The box that is written down for it."""
        return Bounds(*map(float, self.written.bounds)) if self.written and self.written.bounds else None

    def version(self) -> str:
        """What changes when its pictures may be others: another file, another address; not when its title changes."""
        if self.far and self.written:
            said = self.written.model_dump(include=_OF_PICTURES)
            return _digest(repr(sorted(said.items())))
        found = self.file.stat() if self.file else None
        return _digest(f"{self.file} {found and (found.st_mtime_ns, found.st_size)}")

    def secrets_written(self) -> bool:
        """Whether an address carries what looks like a token, in a file that gets copied."""
        written = self.written
        addresses = [*self.urls, *([written.capabilities] if written and written.capabilities else [])]
        return any(_SECRET.search(address) for address in addresses)


_OF_PICTURES = {
    "kind", "url", "capabilities", "layer", "matrix_set", "style", "format", "grid", "datum",
}  # fmt: skip


def read_toml(file: Path, id: str) -> Definition:
    """The base map that a TOML file tells of; what is wrong with it stands in its `problem`."""
    try:
        written = _parsed(file)
        kind, picture = _kind_of(written, file.parent)
        return Definition(id, file, kind, written, picture, _against(written, kind))
    except CityError as error:
        return Definition(id, file, None, None, None, str(error))


def bare(file: Path, id: str) -> Definition:
    """The base map that a file is by itself."""
    return Definition(id, file, KINDS[file.suffix.lower()], None, file)


def id_of(stem: str) -> str:
    """What a base map is called in addresses, by the name of its file.

    >>> id_of("花山 影像 (2023)")
    '花山-影像-2023'
    """
    return re.sub(r"[^\w-]+", "-", stem).strip("-")[:60] or "base"


def _parsed(file: Path) -> Written:
    try:
        if file.stat().st_size > MOST_TOML_BYTES:
            raise BadFile(f"文件 {file.name} 超过 {MOST_TOML_BYTES // 1024} KB:不是底图的说明。")
        found = tomllib.loads(file.read_text("utf-8-sig"))
        return Written.model_validate(found)
    except OSError as error:
        raise BadFile(f"读不了文件 {file.name}({error.strerror}):请检查权限。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        where = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "应为 UTF-8"
        raise BadFile(f"文件 {file.name} 不是合法的 TOML:{where}。") from None
    except ValidationError as error:
        # A value may be an address with a token in it: only its name is told.
        faults = [{**fault, "loc": ("", *fault["loc"]), "input": "…"} for fault in error.errors()]
        sentence = validation_sentence(faults).replace(" 的值 '…' 不对", " 不对").removeprefix("参数 ")
        raise BadFile(f"文件 {file.name}:{sentence}") from None


def _kind_of(written: Written, folder: Path) -> tuple[Kind, Path | None]:
    """What kind it is, and its file where it is one."""
    given = [name for name in ("file", "url", "capabilities") if getattr(written, name) is not None]
    if len(given) != 1:
        raise BadInput(f"file、url、capabilities 须恰好写一项,现写了 {len(given)} 项:请改正。")
    if given != ["file"]:
        kind = written.kind or ("wmts" if written.capabilities else "xyz")
        if kind not in ("xyz", "wmts"):
            raise BadInput(f"kind 为 {kind} 时应写 file:网址只用于 xyz 与 wmts。")
        return kind, None
    name = Path(written.file or "")
    inside = (folder / name).resolve()
    if name.is_absolute() or ".." in name.parts:
        raise BadInput(f"file 的值 {shown(written.file)} 不对:应为 base 文件夹里的文件。")
    by_name = KINDS.get(name.suffix.lower())
    if written.kind in ("xyz", "wmts") or not (written.kind or by_name):
        raise BadInput(f"file 的值 {shown(written.file)} 不对:应为 .mbtiles、.pmtiles 或 .tif。")
    if not inside.is_file():
        raise NotFound(f"没有文件 {shown(written.file)}:请放进 base 文件夹,或改正 file。")
    return written.kind or by_name or "geotiff", inside


def _against(written: Written, kind: Kind) -> str | None:
    """Why what is written cannot be shown; None where nothing stands against it."""
    low, high = written.min_zoom, written.max_zoom
    if low is not None and high is not None and low > high:
        return f"min_zoom {low} 大于 max_zoom {high}:请改正。"
    if written.bounds and not _is_box(written.bounds):
        return "bounds 不对:应为 [西, 南, 东, 北](度),西小于东、南小于北。"
    if written.datum in ("gcj02", "bd09"):
        return (
            f"坐标为 {_SHIFTED[written.datum]},与本平台的图层相差数百米(花山约 574 米),不显示:请换用 CGCS2000 的底图。"
        )
    if kind not in ("xyz", "wmts"):
        return None
    return _against_far(written)


_SHIFTED = {"gcj02": "GCJ-02(偏移)", "bd09": "BD-09(偏移)"}


def _against_far(written: Written) -> str | None:
    addresses = [written.url] if isinstance(written.url, str) else written.url or [written.capabilities or ""]
    for address in addresses:
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            host = ""
        if not host or "@" in address or "{token}" in host:
            return "网址不对:应形如 https://主机/路径,不含用户名,令牌不在主机名里。"
        if _SHIFTED_HOSTS.search(host):
            return f"{host} 的瓦片是偏移坐标(GCJ-02 或 BD-09),与图层相差数百米,不显示:请换用 CGCS2000 的底图。"
        if (fault := _against_template(address, written)) is not None:
            return fault
    if written.datum is None:
        return "没有写明坐标基准 datum:请核对来源后写 cgcs2000 或 wgs84;偏移坐标(gcj02)不显示。"
    if written.capabilities and not written.layer:
        return "capabilities 之外还须写 layer:要服务里的哪个图层。"
    return None


def _against_template(address: str, written: Written) -> str | None:
    places = set(_PLACES.findall(address))
    if places - _KNOWN_PLACES:
        strange = shown("{" + min(places - _KNOWN_PLACES) + "}")
        return f"网址里的 {strange} 不认识:可用 {{z}}、{{x}}、{{y}}、{{-y}}、{{s}}、{{token}}。"
    if "s" in places and not written.subdomains:
        return '网址里有 {s},却没有写 subdomains:请写上,如 ["0", "1"]。'
    if "token" in places and not written.token_env:
        return "网址里有 {token},却没有写 token_env:请写上存放令牌的环境变量名。"
    if written.capabilities:
        return None
    wanted = (("z", "TileMatrix"), ("x", "TileCol"), ("y", "-y", "TileRow"))
    if not all(places & set(each) for each in wanted):
        return "网址里须有 {z}、{x} 与 {y}(自下而上的行号写 {-y})。"
    return None


def _is_box(bounds: list[float]) -> bool:
    west, south, east, north = bounds
    return -180 <= west < east <= 180 and -90 <= south < north <= 90


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
