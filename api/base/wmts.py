"""What a WMTS says of one of its layers, read by OWSLib: the address of its tiles, and the grid they lie in."""

import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pyproj import CRS
from pyproj.exceptions import CRSError

from api.answers.wording import shown
from api.base.definition import Written
from api.base.grid import Grid, Level
from layers.crs import TILE, Bounds
from layers.errors import BadFile, NotFound

_PIXEL_M = 0.00028
"""How long a pixel is taken to be by the standard (OGC 07-057r7, 6.1)."""
_FINEST, _COARSEST, _FARTHEST = 1e-10, 1e7, 1e9
"""Of pixels, and of corners, in metres or degrees: what lies beyond is no map's, and no figure for arithmetic."""
_METRES_IN_DEGREE = 111319.49079327358
_OLD_NAMES = ("900913", "102100", "102113", "3785")
_OWN = {"service", "request", "version"}


class Served(NamedTuple):
    """A layer of a WMTS."""

    template: str
    grid: Grid
    bounds: Bounds | None
    title: str | None


def read_capabilities(document: bytes, written: Written) -> Served:
    """The layer that is wanted. Raises NotFound, BadFile in words."""
    from owslib.wmts import WebMapTileService

    address = written.capabilities or ""
    try:
        service = WebMapTileService(address.replace("{", "").replace("}", ""), xml=document)
    except Exception:
        # The library raises whatever it meets in a document that is none.
        raise BadFile("服务说明(capabilities)看不懂:不是 WMTS 1.0.0,多半是令牌无效或网址不对。") from None
    layer = service.contents.get(written.layer)
    if layer is None:
        raise NotFound(f"服务里没有图层 {shown(written.layer)}:现有 {_some(service.contents)}。")
    name, grid = _grid_of(service, layer, written.matrix_set)
    box = getattr(layer, "boundingBoxWGS84", None)
    bounds = Bounds(*box) if box and -180 <= box[0] < box[2] <= 180 and -90 <= box[1] < box[3] <= 90 else None
    return Served(_template(layer, written, name), grid, bounds, layer.title)


def _grid_of(service: Any, layer: Any, wanted: str | None) -> tuple[str, Grid]:
    """The wanted set of matrices, or the first that can be drawn, Mercator's before others."""
    linked = {name: service.tilematrixsets[name] for name in layer.tilematrixsetlinks if name in service.tilematrixsets}
    if wanted is not None and wanted not in linked:
        raise NotFound(f"图层没有矩阵集 {shown(wanted)}:现有 {_some(linked)}。")
    chosen = {wanted: linked[wanted]} if wanted else linked
    found = [(name, grid) for name, matrices in chosen.items() if (grid := _grid(matrices)) is not None]
    if not found:
        kinds = _some({matrices.crs: None for matrices in chosen.values()})
        raise BadFile(f"矩阵集的坐标系 {kinds} 画不了:只能是球面墨卡托(3857)或经纬度(4490、4326)。")
    return min(found, key=lambda one: one[1].geographic)


def _grid(matrices: Any) -> Grid | None:
    kind = _kind_of(matrices.crs)
    if kind is None or not matrices.tilematrix:
        return None
    geographic = kind == "degrees"
    unit_m = _METRES_IN_DEGREE if geographic else 1.0
    levels = []
    for matrix in matrices.tilematrix.values():
        left, top = _corner(matrix.topleftcorner, matrices.crs, geographic=geographic)
        pixel = matrix.scaledenominator * _PIXEL_M / unit_m
        sizes = (matrix.tilewidth, matrix.tileheight, matrix.matrixwidth, matrix.matrixheight)
        sound = _FINEST < pixel < _COARSEST and abs(left) < _FARTHEST and abs(top) < _FARTHEST  # and so no NaN
        if not (sound and all(size > 0 for size in sizes) and max(sizes[:2]) <= 1024):
            raise BadFile(f"服务说明里矩阵 {shown(matrix.identifier)} 的大小不对。")
        levels.append(Level(matrix.identifier, pixel, left, top, *sizes))
    return Grid(tuple(levels), geographic)


def _kind_of(name: str) -> str | None:
    """Whether a system is in degrees or is Mercator's, by its name; None for any other."""
    if name.rsplit(":", 1)[-1] in _OLD_NAMES:
        return "metres"
    try:
        system = CRS.from_user_input(name)
    except CRSError:
        return None
    if system.is_geographic:
        return "degrees"
    return "metres" if system == CRS(TILE) or system.to_authority() == tuple(TILE.split(":")) else None


def _corner(given: tuple[float, float], name: str, *, geographic: bool) -> tuple[float, float]:
    """Left and top: EPSG's systems in degrees put latitude first, but not every server knows."""
    first, second = given
    if not geographic:
        return first, second
    latitude_first = CRS.from_user_input(name).axis_info[0].direction == "north"
    if latitude_first and abs(first) > 90:
        latitude_first = False
    return (second, first) if latitude_first else (first, second)


def _template(layer: Any, written: Written, matrix_set: str) -> str:
    style = written.style or next((name for name, style in layer.styles.items() if style["isDefault"]), "default")
    kinds = [kind for kind in layer.formats if kind in ("image/jpeg", "image/png", "image/webp", "image/jpgpng")]
    picture = written.format or (kinds or ["image/png"])[0]
    own = urlsplit(written.capabilities or "")
    for resource in layer.resourceURLs:
        there = urlsplit(resource["template"])
        same = (there.scheme, there.netloc) == (own.scheme, own.netloc)
        if resource["resourceType"] == "tile" and same and resource["format"] == picture:
            return _filled(resource["template"], layer, {"TileMatrixSet": matrix_set, "Style": style, "style": style})
    if own.path.lower().endswith(".xml"):
        raise BadFile("服务说明里的瓦片网址在别的主机上:不跟去别处,请改用 url 写明瓦片的网址。")
    kept = [(name, value) for name, value in parse_qsl(own.query) if name.lower() not in _OWN]
    asked = {
        "SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": written.layer or "", "STYLE": style,
        "TILEMATRIXSET": matrix_set, "FORMAT": picture,
    }  # fmt: skip
    query = urlencode([*kept, *asked.items()], safe="{}/:")
    query += "&TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}"
    return urlunsplit(own._replace(query=query, fragment=""))


def _filled(template: str, layer: Any, known: dict[str, str]) -> str:
    """A template with all that is the same for every tile: of a layer with times, the usual one."""
    usual = {name: dimension["default"] for name, dimension in layer.dimensions.items()} | known
    return re.sub(r"\{(\w+)\}", lambda found: usual.get(found[1], found[0]), template)


def _some(names: Any) -> str:
    told = [shown(name) for name in list(names)[:8]]
    return "、".join(told) + (" 等" if len(names) > len(told) else "") if told else "无"
