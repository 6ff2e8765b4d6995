-- Vector tiles of sites.
-- Runs: on every deployment (replaces itself).
-- CRS:  3857, stored. The envelope is widened by the tile's buffer, 64 of 4096, so that lines meet at the edge.
CREATE OR REPLACE FUNCTION city.site_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    found AS (
        SELECT f.id, f.code, f.name, f.kind, f.grade, f.geom_3857
        FROM city.site_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide
    ),
    drawn AS (
        SELECT f.id, f.code, f.name, f.kind, f.grade, ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM found AS f, envelope AS e
        UNION ALL
        -- One point a line or area to hang its name on: one cut by tiles would be named once in each. Without a kind,
        -- by which points are drawn.
        SELECT f.id, f.code, f.name, NULL, NULL, ST_AsMVTGeom(ST_PointOnSurface(f.geom_3857), e.tile, 4096, 0)
        FROM found AS f, envelope AS e
        WHERE ST_Dimension(f.geom_3857) > 0 AND z >= 15
    )
    SELECT ST_AsMVT(drawn, 'site', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.site_tile(integer, integer, integer) IS
    'Sites of tile z/x/y as MVT, layer "site": points, lines and areas alike; label points of the latter from zoom 15.';
