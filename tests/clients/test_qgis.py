"""QGIS by its own Python, where it is installed: it opens layers as features and as tiles, and draws all of them."""

import json
import shutil
import subprocess

import pytest

from tests.clients.conftest import MERCATOR_BOX, ZOOM

KINDS = {"grid": ["Polygon"], "water": ["Polygon", "Line"], "road": ["Line"], "site": ["Point", "Line", "Polygon"]}
OPENED = """
import json, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsVectorLayer
url, *names = sys.argv[1:]
application = QgsApplication([], False)
application.initQgis()
def opened(name):
    uri = f"pagingEnabled='true' typename='{name}' url='{url}/ogc' version='OGC_API_FEATURES'"
    layer = QgsVectorLayer(uri, name, "OAPIF")
    return [layer.isValid(), sorted(feature["code"] for feature in layer.getFeatures())]
print(json.dumps({name: opened(name) for name in names}), flush=True)
os._exit(0)
"""
"""Ends without taking QGIS down, which may crash where it never had a window."""
DRAWN = """
import json, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import *  # all that follows begins with Qgs
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
address, zoom, kinds, codes, box = sys.argv[1], sys.argv[2], *map(json.loads, sys.argv[3:])
application = QgsApplication([], False)
application.initQgis()
layer = QgsVectorTileLayer(f"type=xyz&url={address}&zmin={zoom}&zmax={zoom}", "tiles")
symbols = {
    "Polygon": lambda colour: QgsFillSymbol.createSimple({"color": colour, "outline_style": "no"}),
    "Line": lambda colour: QgsLineSymbol.createSimple({"color": colour, "width": "0.8"}),
    "Point": lambda colour: QgsMarkerSymbol.createSimple({"color": colour, "outline_style": "no", "size": "2"}),
}
colours, styles = {}, []
for name, all in codes.items():
    for code in all:
        colour = QColor(8 + len(colours), 100, 200).name()
        colours[colour] = [name, code]
        for kind in kinds[name]:
            style = QgsVectorTileBasicRendererStyle(code, name, getattr(QgsWkbTypes, kind + "Geometry"))
            style.setSymbol(symbols[kind](colour))
            style.setFilterExpression(f"\\"code\\" = '{code}'")
            styles.append(style)
renderer = QgsVectorTileBasicRenderer()
renderer.setStyles(styles)
layer.setRenderer(renderer)
settings = QgsMapSettings()
settings.setLayers([layer])
settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
settings.setExtent(QgsRectangle(*box))
settings.setOutputSize(QSize(550, 640))
settings.setFlag(QgsMapSettings.Antialiasing, False)
job = QgsMapRendererSequentialJob(settings)
job.start()
job.waitForFinished()
image = job.renderedImage()
seen = {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}
print(json.dumps(sorted(colours[colour] for colour in seen & set(colours))), flush=True)
os._exit(0)
"""
"""Draws every feature in a colour of its own, and tells whose colours are to be seen."""


@pytest.fixture(scope="module")
def python():
    """The interpreter that knows QGIS, which is the operating system's and not ours."""
    found = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    asked = [found or "python3", "-c", "import qgis.core"]
    if found is None or subprocess.run(asked, capture_output=True, timeout=60, check=False).returncode:
        pytest.skip("no QGIS: apt-get install python3-qgis")
    return found


@pytest.fixture(scope="module")
def codes(town):
    """The codes of some layers' features."""
    return {layer: [one["properties"]["code"] for one in town.features(layer).values()] for layer in KINDS}


def test_it_has_every_feature_of_a_layer(town, apart, python, codes):
    opened = apart(OPENED, town.url, *KINDS, python=python)
    assert opened == {layer: [True, sorted(all)] for layer, all in codes.items()}


def test_it_draws_every_feature_of_the_tiles(town, apart, python, codes):
    address = f"{town.url}/tiles/{','.join(KINDS)}/{{z}}/{{x}}/{{y}}"
    told = [json.dumps(one) for one in (KINDS, codes, MERCATOR_BOX)]
    drawn = apart(DRAWN, address, str(ZOOM), *told, python=python)
    assert drawn == sorted([layer, code] for layer, all in codes.items() for code in all)
