-- Vector tiles of observations: no note, no name of a place or person.
-- Runs: on every deployment (replaces itself).
-- CRS:  3857, stored. The envelope is widened by the tile's buffer, 64 of 4096, so that nothing is cut at the edge.
-- What was settled 90 days ago has left the map; it stays in lists and exports.
CREATE OR REPLACE FUNCTION city.observation_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    drawn AS (
        SELECT f.id, f.code, f.family, f.kind, f.grade, f.state,
               f.state = 'handed' AND f.due_at < now() AS overdue,
               GREATEST(floor(extract(epoch FROM now() - f.found_at) / 86400), 0)::integer AS days,
               ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM city.observation_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide AND (f.settled_at IS NULL OR f.settled_at > now() - interval '90 days')
    )
    SELECT ST_AsMVT(drawn, 'observation', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.observation_tile(integer, integer, integer) IS
    'Observations of tile z/x/y as MVT, layer "observation": state, whether overdue, and whole days since each was found.';
