"""QGIS by its own Python, where it is installed: it has every feature. How it draws them: test_alike."""

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


def test_it_has_every_feature_of_every_layer(town, apart, qgis_python):
    names = town.layers()
    opened = apart(OPENED, town.url, *names, python=qgis_python)
    for name in names:
        assert opened[name] == [True, sorted(one["properties"]["code"] for one in town.features(name).values())], name
