"""Parcels for measuring: a district divided without gaps, each with 8 to 40 vertices, neighbours sharing every edge."""

import io

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Engine

WEST, SOUTH, EAST, NORTH = 114.36, 30.46, 114.62, 30.68
"""About 25 km by 24 km: 200,000 parcels are then 55 m wide, as land surveys have them."""
MOST_BETWEEN = 9
SWAY = 0.08
CLASSES = ("0101", "0103", "0201", "0301", "0404", "0602", "0702", "0809", "1003", "1101", "1104", "1202")
_COPY = """
CREATE TEMPORARY TABLE parcel (code text, name text, class_code text, class_name text, ownership text, wkb bytea);
COPY parcel FROM STDIN;
"""
_INSERT = """
INSERT INTO city.landuse (code, name, class_code, class_name, ownership, provenance, valid_from, geom)
SELECT code, name, class_code, class_name, ownership, 'synthetic', '2026-01-01',
       ST_Multi(ST_SetSRID(ST_GeomFromWKB(wkb), 4490))
FROM parcel
ORDER BY code;
DROP TABLE parcel;
ANALYZE city.landuse;
"""


def parcels(count: int, seed: int = 20) -> NDArray[np.object_]:
    """`count` polygons in degrees; every edge is a wiggling line that both its neighbours share."""
    random = np.random.default_rng(seed)
    columns = int(np.ceil(np.sqrt(count)))
    rows = int(np.ceil(count / columns))
    cell = np.array([(EAST - WEST) / columns, (NORTH - SOUTH) / rows])
    places = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), axis=-1)
    corners = [WEST, SOUTH] + (places + random.uniform(-0.2, 0.2, places.shape)) * cell
    along = _between(random, corners[:-1], corners[1:], cell * [0, SWAY])
    across = _between(random, corners[:, :-1], corners[:, 1:], cell * [SWAY, 0])
    rings = np.concatenate(
        [
            corners[:-1, :-1, None],
            along[:, :-1],
            corners[1:, :-1, None],
            across[1:],
            corners[1:, 1:, None],
            along[:, 1:, ::-1],
            corners[:-1, 1:, None],
            across[:-1, :, ::-1],
        ],
        axis=2,
    ).reshape(-1, 4 + 4 * MOST_BETWEEN, 2)[:count]
    there = ~np.isnan(rings[..., 0])
    owner = np.repeat(np.arange(count), there.sum(axis=1))
    return shapely.polygons(shapely.linearrings(rings[there], indices=owner))


def load_parcels(engine: Engine, count: int) -> None:
    """Fill city.landuse with that many parcels, five attributes each."""
    random = np.random.default_rng(21)
    classes, owners = random.integers(0, len(CLASSES), count), random.integers(0, 2, count)
    lines = (
        f"T{n:06d}\t地块{n}\t{CLASSES[kind]}\t地类{kind}\t{('state', 'collective')[owner]}\t\\\\x{wkb.hex()}\n"
        for n, (kind, owner, wkb) in enumerate(zip(classes, owners, shapely.to_wkb(parcels(count)), strict=True))
    )
    with engine.begin() as connection:
        cursor = connection.connection.cursor()
        create, copy = _COPY.strip().split("\n")
        cursor.execute(create)
        cursor.copy_expert(copy, io.StringIO("".join(lines)))
        connection.exec_driver_sql(_INSERT, execution_options={"no_parameters": True})


def _between(
    random: np.random.Generator, starts: NDArray[np.float64], ends: NDArray[np.float64], sway: NDArray[np.float64]
) -> NDArray[np.float64]:
    """For each pair of corners 1 to 9 points between them, in order, beside the straight line; NaN for the rest."""
    between = random.integers(1, MOST_BETWEEN + 1, starts.shape[:2])[..., None]
    share = np.arange(1, MOST_BETWEEN + 1) / (between + 1)
    share[share > 1 - 1e-9] = np.nan
    share = share[..., None]
    # No sway at the corners, where one edge would cross the next.
    aside = random.uniform(-4, 4, share.shape) * share * (1 - share) * sway
    return starts[:, :, None] + share * (ends - starts)[:, :, None] + aside
