-- Vector tiles of waters, banks and reaches.
-- Runs: on every deployment (replaces itself).
-- CRS:  3857, stored. The envelope is widened by the tile's buffer, 64 of 4096, so that lines meet at the edge.
CREATE OR REPLACE FUNCTION city.water_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    found AS (
        SELECT f.id, f.code, f.name, f.kind, f.width_assumed, f.geom_3857
        FROM city.water_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide
          AND city.shows(f.geom_3857, z)
    ),
    drawn AS (
        SELECT f.id, f.code, f.name, f.kind, f.width_assumed, ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM found AS f, envelope AS e
        UNION ALL
        -- One point an area to hang its name on: an area cut by tiles would be named once in each.
        SELECT f.id, f.code, f.name, f.kind, f.width_assumed, ST_AsMVTGeom(ST_PointOnSurface(f.geom_3857), e.tile, 4096, 0)
        FROM found AS f, envelope AS e
        WHERE f.name IS NOT NULL AND ST_Dimension(f.geom_3857) = 2
    )
    SELECT ST_AsMVT(drawn, 'water', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.water_tile(integer, integer, integer) IS
    'Waters of tile z/x/y as MVT, layer "water", and the label points of those that are areas.';

CREATE OR REPLACE FUNCTION city.bank_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    found AS (
        SELECT f.id, f.code, f.name, f.water_code, f.side, f.length_m, f.assumed, f.geom_3857
        FROM city.bank_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide
          AND city.shows(f.geom_3857, z)
    ),
    drawn AS (
        SELECT f.id, f.code, f.name, f.water_code, f.side, f.length_m, f.assumed,
               ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM found AS f, envelope AS e
    )
    SELECT ST_AsMVT(drawn, 'bank', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.bank_tile(integer, integer, integer) IS
    'Banks of tile z/x/y as MVT, layer "bank".';

CREATE OR REPLACE FUNCTION city.reach_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    found AS (
        SELECT f.id, f.code, f.name, f.bank_code, f.post_code, f.geom_3857
        FROM city.reach_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide
          AND city.shows(f.geom_3857, z)
    ),
    drawn AS (
        SELECT f.id, f.code, f.name, f.bank_code, f.post_code, ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM found AS f, envelope AS e
    )
    SELECT ST_AsMVT(drawn, 'reach', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.reach_tile(integer, integer, integer) IS
    'Reaches of tile z/x/y as MVT, layer "reach".';
