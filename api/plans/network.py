"""The network that a plan's crews go along, and what is told of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.network.held import Networks
from geo.network.network import Network
from geo.network.report import report_of

__all__ = ["read_plan_network"]


def read_plan_network(connection: Connection, at: datetime) -> tuple[Network, dict[str, Any]]:
    """The network as it is valid at an instant, past walks and marks from the field included; and what is told of it.

    islands: into how many pieces that are not joined what may be walked falls; closed: edges that nobody can pass.
    """
    network = Networks(1).read(connection, at)
    report = report_of(network)
    told = {
        "edges": report.edges,
        "islands": report.pieces["foot"],
        "largest": round(report.largest["foot"], 4),
        "snapped": report.snapped,
        "closed": int(network.closed.sum()),
        "closed_m": round(report.closed_m, 1),
        "unverified_m": round(report.unverified_m, 1),
        "walked_m": round(report.walked_m, 1),
    }
    return network, told
