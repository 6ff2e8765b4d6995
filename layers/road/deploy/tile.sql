-- Vector tiles of roads.
-- Runs: on every deployment (replaces itself).
-- CRS:  3857, stored. The envelope is widened by the tile's buffer, 64 of 4096, so that lines meet at the edge.
CREATE OR REPLACE FUNCTION city.road_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    found AS (
        SELECT f.id, f.code, f.name, f.class, f.length_m, f.geom_3857
        FROM city.road_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide
          AND city.shows(f.geom_3857, z)
          AND z >= CASE WHEN f.class IN ('trunk', 'primary') THEN 0 WHEN f.class IN ('main', 'secondary') THEN 9 ELSE 12 END
    ),
    drawn AS (
        SELECT f.id, f.code, f.name, f.class, f.length_m, ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM found AS f, envelope AS e
    )
    SELECT ST_AsMVT(drawn, 'road', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.road_tile(integer, integer, integer) IS
    'Roads of tile z/x/y as MVT, layer "road": the lesser from zoom 12.';
