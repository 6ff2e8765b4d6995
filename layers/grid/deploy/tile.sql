-- Vector tiles of grids.
-- Runs: on every deployment (replaces itself).
-- CRS:  3857, stored. The envelope is widened by the tile's buffer, 64 of 4096, so that lines meet at the edge.
CREATE OR REPLACE FUNCTION city.grid_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    found AS (
        SELECT f.id, f.code, f.name, f.level, f.parent_code, f.geom_3857
        FROM city.grid_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide
          AND city.shows(f.geom_3857, z)
          AND z >= CASE f.level WHEN 'street' THEN 0 WHEN 'unit' THEN 13 ELSE 10 END
    ),
    drawn AS (
        SELECT f.id, f.code, f.name, f.level, f.parent_code, ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM found AS f, envelope AS e
        UNION ALL
        -- One point an area to hang its name on: an area cut by tiles would be named once in each.
        SELECT f.id, f.code, f.name, f.level, f.parent_code, ST_AsMVTGeom(ST_PointOnSurface(f.geom_3857), e.tile, 4096, 0)
        FROM found AS f, envelope AS e
        WHERE z >= CASE f.level WHEN 'street' THEN 9 WHEN 'unit' THEN 15 ELSE 12 END
    )
    SELECT ST_AsMVT(drawn, 'grid', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.grid_tile(integer, integer, integer) IS
    'Grids of tile z/x/y as MVT, layer "grid": communities from zoom 10, units from 13, and label points.';
