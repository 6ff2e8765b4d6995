-- Vector tiles of what was last seen when.
-- Runs: on every deployment (replaces itself).
-- CRS:  3857, stored. The envelope is widened by the tile's buffer, 64 of 4096, so that lines meet at the edge.
CREATE OR REPLACE FUNCTION city.last_seen_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    found AS (
        SELECT f.id, f.code, f.layer, f.never, f.unknown, f.days, f.last_on, f.geom_3857
        FROM city.last_seen_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide
    ),
    drawn AS (
        SELECT f.id, f.code, f.layer, f.never, f.unknown, f.days, f.last_on, ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM found AS f, envelope AS e
    )
    SELECT ST_AsMVT(drawn, 'last_seen', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.last_seen_tile(integer, integer, integer) IS
    'Pieces of line targets of tile z/x/y as MVT, layer "last_seen": days since each was last seen, or never, or unknown.';
