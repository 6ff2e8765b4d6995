"""What is told of the base maps: to a screen, which draws by it."""

from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from api.base.elsewhere import Elsewhere
from api.base.maps import Base
from api.base.service import Service

_PATIENCE_S = 3.0
_NOT_SAID = {
    "year": "没有写明年份。",
    "approval": "没有写明审图号:公开使用前请核对。",
}
_NO_DATUM = "没有写明坐标基准,按 CGCS2000 画:请与图层对照核实。"


def told(service: Service, zone: ZoneInfo) -> dict[str, Any]:
    """Every base map, in order; none is as good an answer as any."""
    bases = service.bases.all()
    for base in bases:
        if isinstance(base.source, Elsewhere):
            # Its zooms are its service's to tell, and a screen asks for none beyond those it is told.
            base.source.ask_service(_PATIENCE_S)
    return {"bases": [one(service, base, zone) for base in bases], "problem": service.bases.problem}


def one(service: Service, base: Base, zone: ZoneInfo) -> dict[str, Any]:
    """One base map. usable: whether it can be drawn at all; a far one with a problem may still have what is kept."""
    written, facts, (low, high) = base.definition.written, base.facts, base.zooms
    return {
        "id": base.id,
        "title": {"zh": base.title.zh, "en": base.title.en or base.title.zh},
        "kind": base.definition.kind,
        "usable": base.source is not None,
        "tiles": address_of(base),
        "tile_size": written.tile_size if written else 256,
        "min_zoom": low,
        "max_zoom": high,
        "bounds": list(base.box),
        "year": written.year if written else None,
        "approval": written.approval if written else None,
        "attribution": (written.attribution if written else None) or facts.attribution,
        "notes": notes(base),
        "problem": service.trouble(base),
        "problem_since": _since(base, zone),
    }


def notes(base: Base) -> list[str]:
    """What whoever looks after a base map should know of it, in words."""
    if base.source is None:
        return []
    written = base.definition.written
    lacking = [words for name, words in _NOT_SAID.items() if getattr(written, name, None) is None]
    # A GeoTIFF says itself what its coordinates are.
    unsure = base.definition.kind != "geotiff" and (written is None or written.datum is None)
    return [*base.facts.notes, *lacking, *([_NO_DATUM] if unsure else [])]


def address_of(base: Base) -> str:
    """Where its tiles are; with its version, so that a browser keeps them until they are others."""
    return f"/base/{quote(base.id)}/{{z}}/{{x}}/{{y}}?v={base.version}"


def _since(base: Base, zone: ZoneInfo) -> str | None:
    trouble = getattr(getattr(base.source, "far", None), "trouble", None)
    return datetime.fromtimestamp(trouble.since_s, zone).isoformat(timespec="seconds") if trouble else None
