"""A check as it is answered: all of it but who asked and when."""

from typing import Any

from api.answers.times import said
from api.landuse.answers.parts import Parts
from api.landuse.answers.reasons import verdict_told
from api.landuse.answers.shapes import outline_told
from api.landuse.answers.sums import grids_told, sums_told
from api.landuse.evidence.city import Edition, Reading
from api.landuse.words import LAYERS, STAMP
from geo.landuse.area import DENSIFY_M
from geo.landuse.check import Check

__all__ = ["checked_told", "editions_told", "sample_told"]

Row = dict[str, Any]


def checked_told(found: Check, reading: Reading, metric_crs: str, tolerance_m: float, *, pieces: bool = True) -> Row:
    """What a check answers beside what was asked. pieces: whether with the geometry of each piece."""
    parts = Parts(reading, metric_crs, found.outline.area_m2)
    land = parts.pieces(found.land, with_geometry=pieces)
    outside_m2 = found.outside.area_m2 if found.outside.state == "overlap" else None
    return {
        "outline": outline_told(found.outline, outside_m2, metric_crs),
        "verdict": verdict_told(found.verdict, reading.city, parts.features, land) | {"stamp": STAMP},
        **sums_told(found),
        "grids": grids_told(found.grids, reading.city.grids.features),
        "zones": parts.zones(found.zones),
        "touched": parts.touched("farmland", found.plots) + parts.touched("project", found.projects),
        "pieces": land,
        "slivers": parts.slivers(found),
        "base": parts.base(found),
        "editions": editions_told(reading),
        "method": {
            "metric_crs": metric_crs, "ellipsoid": "CGCS2000", "densify_m": DENSIFY_M, "tolerance_m": tolerance_m
        },
        "sample": sample_told(reading),
    }  # fmt: skip


def editions_told(reading: Reading) -> list[Row]:
    """The editions that were consulted, by layer, with how many features; the newest of a layer that had none there."""
    rows = []
    for layer, numbers in reading.edition_id.items():
        counts: dict[int | None, int] = {}
        for number in numbers.tolist():
            counts[number] = counts.get(number, 0) + 1
        listed = [one for one in reading.editions.values() if one.layer == layer]
        rows += [_edition(one, layer, counts.pop(one.edition_id, 0)) for one in sorted(listed, reverse=True)]
        # What is left was drawn on the map, or came with an edition that is no more.
        if left := sum(counts.values()):
            rows.append(_edition(None, layer, left))
    return rows


def sample_told(reading: Reading) -> str:
    """Whether what was read is the sample, real, or mixed; of nothing: the sample."""
    said_so = {
        bool(number in reading.editions and reading.editions[number].sample)
        for numbers in reading.edition_id.values()
        for number in set(numbers.tolist())
    }
    return "mixed" if len(said_so) == 2 else "real" if said_so == {False} else "sample"


def _edition(one: Edition | None, layer: str, features: int) -> Row:
    zh, en = LAYERS[layer]
    return {
        "layer": layer,
        "title": {"zh": zh, "en": en},
        "edition": one.name if one else None,
        "valid_from": one.valid_from.isoformat() if one else None,
        "imported_at": said(one.imported_at) if one else None,
        "source": one.source if one else None,
        "features": features,
        "sample": bool(one and one.sample),
    }
