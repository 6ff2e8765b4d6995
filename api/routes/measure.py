"""Measuring what was drawn, by the same rules by which everything stored is measured."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access.gate import Gate
from api.access.reader import Reader
from api.access.rights import Open, require
from api.answers.bodies import Body
from api.edits.shape import Ground, shaped
from api.features.systems import CRS84
from api.figures.sums import HA_PER_M2, MU_PER_M2
from layers import query
from layers.catalogue import ROLES
from layers.crs import Bounds
from layers.errors import TooLarge

router = APIRouter(tags=["图层"])
_KINDS = frozenset({"LineString", "MultiLineString", "Polygon", "MultiPolygon"})
_MOST_EDGES = 1000
_MOST_M = 20_000_000.0
"""Of an area's edge: some 200,000 points, a second's work; the edge of Wuhan is a thousand kilometres long."""


class Drawn(Body):
    """What is to be measured."""

    geometry: dict[str, Any] = Field(description="GeoJSON 的线或面,经度在前的度(CRS84)")


@router.post("/measure", summary="量算所画的线或面:长度、椭球面积(亩)")
def measure(drawn: Drawn, request: Request, reader: Annotated[Reader, require(*ROLES, open=Open.READ)]) -> JSONResponse:
    """How long a line is, or how large an area: as lengths and areas of stored features are measured.

    Edges are straight in the metric system, which `metric_crs` names, and `length_m`, of an area its whole edge, is
    measured there; `area_m2` is of the ellipsoid, an edge of an area of more than 100 m densified before. `edges_m` are
    the edges one after another, null where there are more than 1000. Nothing is stored. An area that crosses itself,
    or what lies outside the deployment's bounds, is refused.
    """
    gate: Gate = request.app.state.gate
    with gate.database.transaction(reader) as connection:
        facts = query.rows(connection, "deployment/deployment_facts")[0]
        ground = Ground(CRS84, Bounds(*facts["bounds"]), _KINDS)
        shape = shaped(drawn.geometry, ground, mend=False).geometry
        row = query.rows(connection, "deployment/measure", wkb=shape.wkb, most_edges=_MOST_EDGES, most_m=_MOST_M)[0]
    if row["dimension"] == 2 and row["length_m"] > _MOST_M:
        raise TooLarge(
            f"面的边长 {row['length_m'] / 1000:,.0f} 千米,量算至多 {_MOST_M / 1000:,.0f} 千米:请画得简单些。"
        )
    area_m2 = row["area_m2"]
    return JSONResponse(
        {
            "length_m": row["length_m"],
            "area_m2": area_m2,
            "area_ha": None if area_m2 is None else area_m2 * float(HA_PER_M2),
            "area_mu": None if area_m2 is None else area_m2 * float(MU_PER_M2),
            "edges_m": row["edges_m"],
            "metric_crs": facts["metric_crs"],
            "method": {"length": "metric", "area": None if area_m2 is None else "ellipsoid"},
        }
    )
