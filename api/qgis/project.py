"""A QGIS project of all layers that a reader may see: tiles drawn as on the screen, and features to ask and to edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from api.access.columns import Column
from api.qgis.expressions import KINDS, Zoom
from api.qgis.looks import add_looks, drawable, drawn_of, geometries, is_hidden
from api.qgis.tiles import add_tile_looks
from api.qgis.xml import child, text_of
from layers.catalogue import Layer
from layers.crs import DEVICE, TILE, Bounds, known, transformer

__all__ = ["AUTHENTICATION", "Told", "project"]

AUTHENTICATION = "huashan"
"""The ID, of seven letters as QGIS wants it, under which a user keeps the token in QGIS's own authentication store."""
_OPEN, _CLOSED = "Qt::Checked", "Qt::Unchecked"
_HOW = (
    "图层取自 {base},此文件里没有令牌。平台要令牌时:QGIS 的“设置 → 选项 → 认证 → +”,类型选 Basic,"
    f"“Id”点开锁后填 {AUTHENTICATION},用户名任意,口令填令牌,保存后再打开此工程。"
    "要编辑的,类型改选 API Header,两行:Authorization 填 Bearer 加令牌,If-Match 填 *。"
    "组“地图”由矢量切片画成,与平台画面相同;组“要素”有属性表,可查询、可编辑(需有写权限),可另存。"
)


@dataclass(frozen=True)
class Told:
    """What a project is of. base: the platform's address.  extent: of all layers.  signed_in: whether it takes a token.

    columns: of each layer's features, by its id.
    """

    base: str
    name: str
    metric_crs: str
    extent: Bounds
    signed_in: bool
    columns: Mapping[str, Mapping[str, Column]]


def project(layers: Sequence[Layer], told: Told) -> str:
    """The project's text. layers: in drawing order from the ground up."""
    root = Element("qgis", version="3.22.0", projectname=f"{told.name}城市运行平台")
    child(root, "title", f"{told.name}城市运行平台")
    _crs(child(root, "projectCrs"), told.metric_crs)
    tree = child(child(root, "layer-tree-group"), "layer-tree-group", name="地图", checked=_OPEN, expanded=1)
    features = child(root[-1], "layer-tree-group", name="要素", checked=_CLOSED, expanded=0)
    kept = child(root, "projectlayers")
    zoom = Zoom(told.extent.center.lat)
    for layer in reversed(layers):
        _add_tiles(kept, tree, layer, told, zoom)
        _add_features(kept, features, layer, told, zoom)
    _view(root, told)
    # Without it QGIS takes the project for one of before 2010, which had no coordinate system.
    systems = child(child(root, "properties"), "SpatialRefSys")
    child(systems, "ProjectionsEnabled", "1", type="int")
    metadata = child(root, "projectMetadata")
    child(metadata, "title", f"{told.name}城市运行平台")
    child(metadata, "abstract", _HOW.format(base=told.base))
    return text_of(root)


def _add_tiles(kept: Element, tree: Element, layer: Layer, told: Told, zoom: Zoom) -> None:
    at = f"{told.base}/tiles/{layer.id}/{{z}}/{{x}}/{{y}}"
    source = f"type=xyz&url={at}&zmin={layer.min_zoom}&zmax={layer.max_zoom}" + (
        f"&authcfg={AUTHENTICATION}" if told.signed_in else ""
    )
    rules, left_out = drawable(layer.style)
    name = f"huashan_tiles_{layer.id}"
    made = _map_layer(kept, name, layer, "vector-tile", source, "vectortile", [f"此处不画:{one}" for one in left_out])
    _from_first_zoom(made, layer, zoom)
    _crs(child(made, "srs"), TILE)
    add_tile_looks(made, layer, rules, zoom)
    _in_tree(tree, name, layer, "vectortile", source, open_=not is_hidden(layer))


def _add_features(kept: Element, tree: Element, layer: Layer, told: Told, zoom: Zoom) -> None:
    source = f"url='{told.base}/ogc' typename='{layer.id}' pagingEnabled='true' restrictToRequestBBOX='1'"
    if told.signed_in:
        source += f" authcfg={AUTHENTICATION}"
    columns = told.columns[layer.id]
    drawn = drawn_of(layer, {*columns, "id"})
    name = f"huashan_features_{layer.id}"
    made = _map_layer(kept, name, layer, "vector", source, "OAPIF", [f"此处不画:{one}" for one in drawn.left_out])
    made.set("geometry", KINDS[geometries(layer)[0]])
    _from_first_zoom(made, layer, zoom)
    made.set("labelsEnabled", str(int(bool(drawn.labels))))
    _crs(child(made, "srs"), DEVICE)
    add_looks(made, layer, drawn, zoom)
    aliases = child(made, "aliases")
    for place, column in enumerate(columns.values()):
        child(aliases, "alias", field=column.name, index=place, name=column.zh.partition(":")[0])
    _in_tree(tree, name, layer, "OAPIF", source, open_=not is_hidden(layer))


def _map_layer(
    kept: Element, name: str, layer: Layer, kind: str, source: str, provider: str, notes: Sequence[str]
) -> Element:
    made = child(kept, "maplayer", type=kind)
    child(made, "id", name)
    child(made, "datasource", source)
    child(made, "layername", layer.title.zh)
    about = child(made, "resourceMetadata")
    child(about, "title", layer.title.zh)
    child(about, "abstract", ";".join([f"{layer.description.zh}(来源:{layer.source.zh})", *notes]))
    child(made, "provider", provider, encoding="UTF-8")
    return made


def _from_first_zoom(made: Element, layer: Layer, zoom: Zoom) -> None:
    """Draw a layer where the screen does: farther out nobody is to wait for 200,000 parcels."""
    made.set("hasScaleBasedVisibilityFlag", "1")
    made.set("minScale", f"{zoom.scale(layer.min_zoom):.0f}")
    made.set("maxScale", "0")


def _in_tree(tree: Element, name: str, layer: Layer, provider: str, source: str, *, open_: bool) -> None:
    told = child(tree, "layer-tree-layer", id=name, name=layer.title.zh, providerKey=provider, source=source)
    told.set("checked", _OPEN if open_ else _CLOSED)
    told.set("expanded", "0")


def _view(root: Element, told: Told) -> None:
    canvas = child(root, "mapcanvas", name="theMapCanvas", annotationsVisible=1)
    child(canvas, "units", "meters")
    box = transformer(DEVICE, told.metric_crs).transform_bounds(*told.extent)
    sides = dict(zip(("xmin", "ymin", "xmax", "ymax"), (f"{side:.3f}" for side in box), strict=True))
    extent = child(canvas, "extent")
    for tag, value in sides.items():
        child(extent, tag, value)
    child(canvas, "rotation", "0")
    _crs(child(canvas, "destinationsrs"), told.metric_crs)
    view = child(root, "ProjectViewSettings", UseProjectScales=0)
    _crs(child(view, "DefaultViewExtent", **sides), told.metric_crs)


def _crs(parent: Element, code: str) -> None:
    """A coordinate system: by its text where it has no number, as a city's own may."""
    system = child(parent, "spatialrefsys")
    child(system, "wkt", known(code).to_wkt())
    if code.startswith("EPSG:"):
        child(system, "srid", code.removeprefix("EPSG:"))
        child(system, "authid", code)
