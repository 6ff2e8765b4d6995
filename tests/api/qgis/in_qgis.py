"""Run by the Python that QGIS is installed for: opens a project or a file and says as JSON what it found in it."""

import json
import os
import sys
from importlib import import_module

os.environ["QT_QPA_PLATFORM"] = "offscreen"

core = import_module("qgis.core") if __name__ == "__main__" else None


def faults_of(filters):
    """Which filters QGIS cannot read."""
    return [text for text in filters if text and core.QgsExpression(text).hasParserError()]


def told_of(layer):
    renderer = layer.renderer()
    if isinstance(renderer, core.QgsRuleBasedRenderer):
        rules = renderer.rootRule().children()
        filters = [rule.filterExpression() for rule in rules]
    else:
        rules = renderer.styles() if hasattr(renderer, "styles") else []
        filters = [style.filterExpression() for style in rules]
    return {
        "valid": layer.isValid(),
        "rules": len(rules),
        "faults": faults_of(filters),
        "labels": layer.labeling() is not None,
        "features": layer.featureCount() if isinstance(layer, core.QgsVectorLayer) else None,
    }


def project(path):
    read = core.QgsProject.instance()
    opened = read.read(path)
    layers = {one.layerId(): one.layer() and told_of(one.layer()) for one in read.layerTreeRoot().findLayers()}
    return {"opened": opened, "title": read.title(), "crs": read.crs().authid(), "layers": layers}


def geopackage(path, name):
    return told_of(core.QgsVectorLayer(f"{path}|layername={name}", name, "ogr"))


def values(questions):
    """What expressions come to at a scale: [[text, scale], …]."""
    found = []
    for text, scale in json.loads(questions):
        scope = core.QgsExpressionContextScope()
        scope.setVariable("map_scale", scale)
        context = core.QgsExpressionContext()
        context.appendScope(scope)
        found.append(core.QgsExpression(text).evaluate(context))
    return found


if __name__ == "__main__":
    application = core.QgsApplication([], False)
    application.initQgis()
    print(json.dumps({"project": project, "geopackage": geopackage, "values": values}[sys.argv[1]](*sys.argv[2:])))
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash when it is taken apart, with all said
