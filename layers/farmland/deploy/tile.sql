-- Vector tiles of farmland plots. Who is responsible is no matter for a tile.
-- Runs: on every deployment (replaces itself).
-- CRS:  3857, stored. The envelope is widened by the tile's buffer, 64 of 4096, so that lines meet at the edge.
CREATE OR REPLACE FUNCTION city.farmland_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    found AS (
        SELECT f.id, f.code, f.name, f.village_code, f.state, f.recovery, f.found_mu::double precision AS found_mu,
               f.done_mu::double precision AS done_mu, f.deadline, f.crop, f.geom_3857
        FROM city.farmland_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide
          AND city.shows(f.geom_3857, z)
    ),
    drawn AS (
        SELECT f.id, f.code, f.name, f.village_code, f.state, f.recovery, f.found_mu, f.done_mu, f.deadline, f.crop,
               ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM found AS f, envelope AS e
    )
    SELECT ST_AsMVT(drawn, 'farmland', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.farmland_tile(integer, integer, integer) IS
    'Farmland plots of tile z/x/y as MVT, layer "farmland".';
