"""QGIS, by tiles and by features, and MapLibre draw the same features, and each by the same rules of the style."""

import hashlib
import json

import pytest
import requests

from tests.clients.conftest import BOX

AT = {"center": [114.5, 30.55], "zoom": 13.2}
SIZE = {"width": 1400, "height": 1650}
"""All of the city is on it, near enough for every rule but those of texts."""
VIEW = (114.4478, 30.4970, 114.5522, 30.6030)
"""The box of degrees that such a screen shows."""
LACKING = {"grid-unit"}
"""Rules for what the town has nothing of: all that it has is drawn from the zooms on that other tests look at."""
IN_QGIS = """
import json, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import *  # all that follows begins with Qgs
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QImage
file, width, names, box = sys.argv[1], int(sys.argv[2]), *map(json.loads, sys.argv[3:])
application = QgsApplication([], False)
application.initQgis()
project = QgsProject.instance()
project.read(file)
to_map = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), project.crs(), project)
extent = to_map.transformBoundingBox(QgsRectangle(*box))
def plain(symbol, rule, place, of):
    colour = f"concat('#', left(md5(concat('{rule}', ' ', code)), 6))"
    # What is drawn later is smaller, so that all is seen.
    size = 1.5 + 0.8 * (of - place)
    property = QgsProperty.fromExpression(colour)
    if isinstance(symbol, QgsMarkerSymbol):
        simple = QgsSimpleMarkerSymbolLayer(size=2 * size)
        simple.setSizeUnit(QgsUnitTypes.RenderPixels)
        simple.setStrokeStyle(0)
        simple.setDataDefinedProperty(QgsSymbolLayer.PropertyFillColor, property)
    else:
        simple = QgsSimpleLineSymbolLayer(width=size)
        simple.setWidthUnit(QgsUnitTypes.RenderPixels)
        simple.setDataDefinedProperty(QgsSymbolLayer.PropertyStrokeColor, property)
    simple.setRenderingPass(place)
    made = type(symbol)()
    made.changeSymbolLayer(0, simple)
    return made
def coloured(layer):
    renderer = layer.renderer()
    if isinstance(layer, QgsVectorTileLayer):
        styles = renderer.styles()
        for place, style in enumerate(styles):
            style.setSymbol(plain(style.symbol(), style.styleName(), place, len(styles)))
        renderer.setStyles(styles)
        return
    rules = renderer.rootRule().children()
    for place, rule in enumerate(rules):
        rule.setSymbol(plain(rule.symbol(), rule.ruleKey().rpartition("-")[0], place, len(rules)))
def seen(name):
    layer = project.mapLayer(name)
    coloured(layer)
    layer.setLabeling(None)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(project.crs())
    settings.setExtent(extent)
    settings.setOutputSize(QSize(width, round(width * extent.height() / extent.width())))
    settings.setFlag(QgsMapSettings.Antialiasing, False)
    scope = QgsExpressionContextUtils.mapSettingsScope(settings)
    context = QgsExpressionContext()
    context.appendScope(scope)
    settings.setExpressionContext(context)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage().convertToFormat(QImage.Format_RGB32)
    pixels = memoryview(image.bits().asstring(image.byteCount())).cast("I")
    return sorted(f"#{pixel & 0xFFFFFF:06x}" for pixel in set(pixels))
print(json.dumps({name: seen(name) for name in names}), flush=True)
os._exit(0)
"""
"""Draws each layer of a project with a colour of its own for each feature and rule; tells which colours are seen."""
IN_MAPLIBRE = """async ({names, at}) => {
    const place = document.getElementById("map");
    place.style.cssText = "position: absolute; inset: 0";
    maplibregl.setWorkerUrl("/assets/maplibre-gl-csp-worker.js");
    const rules = (await Promise.all(names.map(async (name) => {
        const style = await (await fetch(`/layers/${name}/style.json`)).json();
        return style.filter(({type}) => type !== "symbol").map(({layout, ...rule}) => ({
            "source-layer": name, ...rule, source: "city",
        }));
    }))).flat();
    const map = new maplibregl.Map({
        container: place, ...at, fadeDuration: 0, attributionControl: false,
        style: {version: 8, layers: rules, sources: {
            city: {type: "vector", url: `${location.origin}/tiles/${names.join(",")}.json`},
        }},
    });
    await new Promise((done) => map.once("idle", done));
    const drawn = map.queryRenderedFeatures().map(({layer, properties, sourceLayer}) =>
        [sourceLayer, layer.id, properties.code]);
    map.remove();
    return drawn;
}"""
"""Draws all layers by the platform's own style; tells which rule drew which feature."""

pytestmark = pytest.mark.browser


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": SIZE}


@pytest.fixture
def by_maplibre(blank_page, town):
    """Of each layer the rules and codes that MapLibre draws."""
    drawn = blank_page.evaluate(IN_MAPLIBRE, {"names": [*town.layers()], "at": AT})
    return {name: {(rule, code) for layer, rule, code in drawn if layer == name} for name in town.layers()}


def test_they_draw_the_same_features_by_the_same_rules(town, by_maplibre, apart, qgis_python, tmp_path):
    file = tmp_path / "huashan.qgs"
    # Without a token, as anyone may read a sample: QGIS would look for it where its user keeps it.
    file.write_bytes(requests.get(f"{town.url}/qgis/huashan.qgs", timeout=30).content)
    layers = town.layers()
    asked = [f"huashan_{kind}_{name}" for kind in ("tiles", "features") for name in layers]
    told = apart(IN_QGIS, str(file), str(SIZE["width"]), json.dumps(asked), json.dumps(VIEW), python=qgis_python)
    for name in layers:
        styles = town.json(f"/layers/{name}/style.json")
        rules = {rule["id"] for rule in styles if rule["type"] != "symbol"}
        codes = {one["properties"]["code"] for one in town.features(name).values()}
        drawn = by_maplibre[name]
        assert {rule for rule, _ in drawn} == rules - LACKING, name
        assert {code for _, code in drawn} == codes and len(town.within(name, BOX)) >= len(codes), name
        colours = {colour(rule, code): (rule, code) for rule in rules for code in codes}
        for kind in ("tiles", "features"):
            seen = {colours[one] for one in told[f"huashan_{kind}_{name}"] if one in colours}
            assert seen == drawn, (name, kind)


def colour(rule, code):
    return "#" + hashlib.md5(f"{rule} {code}".encode()).hexdigest()[:6]
