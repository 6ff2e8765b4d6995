"""A check's answer as one GeoJSON collection: the outline, its pieces, what it shares with zones and others, gaps."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["collection_of"]

Row = dict[str, Any]


def collection_of(answer: Mapping[str, Any]) -> Row:
    """The answer's geometries as features, each with `part`: outline, piece, zone, touched, gap or overlap."""
    return {
        "type": "FeatureCollection",
        "features": list(_features(answer)),
        "check": answer["check"],
        "stamp": answer["verdict"]["stamp"],
        "sample": answer["sample"],
    }


def _features(answer: Mapping[str, Any]) -> Iterator[Row]:
    outline, verdict = answer["outline"], answer["verdict"]
    yield _feature("outline", outline, {"answer": verdict["answer"], "title": verdict["title"], "name": answer["name"]})
    for piece in answer["pieces"]:
        yield _feature("piece", piece)
    for zone in answer["zones"]:
        for shared in zone["features"]:
            yield _feature("zone", shared, {"kind": zone["kind"], "kind_name": zone["name"]})
    for shared in answer["touched"]:
        yield _feature("touched", shared)
    for gap in answer["base"]["gaps"]:
        yield _feature("gap", gap)
    for overlap in answer["base"]["overlaps"]:
        yield _feature("overlap", overlap, {"a": overlap["a"]["code"], "b": overlap["b"]["code"]})


def _feature(part: str, row: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> Row:
    plain = {name: value for name, value in row.items() if name != "geometry" and not isinstance(value, dict | list)}
    sizes = {f"area_{unit}": value for unit, value in row["area"].items()}
    return {
        "type": "Feature",
        "geometry": row.get("geometry"),
        "properties": {"part": part} | plain | sizes | dict(more or {}),
    }
