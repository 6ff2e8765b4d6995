"""How the definition is called on the wire."""

__all__ = ["MEDIA_TYPE", "VERSION"]

VERSION = "3.0.3"
"""3.1, which the framework writes, is read by none of the clients."""
MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0"
"""To the letter: QGIS, GDAL and the conformance suites look for nothing else."""
