"""The first document of the interface: where everything else is."""

from typing import Any

from api.ogc.links import HTML, JSON, OGC_REL, link
from api.ogc.negotiate import Asked
from api.ogc.openapi.media import MEDIA_TYPE
from api.ogc.words import text

__all__ = ["landing"]


def landing(asked: Asked, name: str) -> dict[str, Any]:
    """The landing page. name: of the deployment."""
    title = text(asked.language, "page.home", name=name)

    def said(key: str) -> str:
        return text(asked.language, f"landing.{key}")

    return {
        "title": title,
        "description": said("about"),
        "links": [
            *asked.links("", title),
            link(asked.at("/api"), "service-desc", MEDIA_TYPE, said("service_desc")),
            link(f"{asked.at('/api')}?f=html", "service-doc", HTML, said("service_doc")),
            link(asked.at("/conformance"), "conformance", JSON, said("conformance")),
            link(asked.at("/collections"), "data", JSON, said("data")),
            link(asked.at("/tiles"), f"{OGC_REL}/tilesets-vector", JSON, said("tilesets")),
            link(asked.at("/tileMatrixSets"), f"{OGC_REL}/tiling-schemes", JSON, said("tile_matrix_sets")),
            link(f"{asked.base.removesuffix('/ogc')}/docs", "related", HTML, said("own_docs")),
        ],
    }
