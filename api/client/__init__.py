"""The platform in a notebook: its layers, tracks and figures as GeoDataFrames. Needs nothing of the server."""

from api.client.offline import offline
from api.client.platform import Platform

__all__ = ["Platform", "offline"]
