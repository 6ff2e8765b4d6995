"""The platform in a notebook: its layers and coverage as GeoDataFrames."""

from api.client.city import City
from api.client.offline import offline

__all__ = ["City", "offline"]
