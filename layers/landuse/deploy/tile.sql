-- Vector tiles of land-class parcels and control zones.
-- Runs: on every deployment (replaces itself).
-- CRS:  3857, stored. The envelope is widened by the tile's buffer, 64 of 4096, so that lines meet at the edge.
CREATE OR REPLACE FUNCTION city.landuse_family(scheme text, class_code text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN scheme <> 'land_sea' AND left(class_code, 4) IN ('0303', '0304', '0306', '0402', '1105', '1106', '1108')
        THEN 'wetland'
    WHEN left(class_code, 2) = '01' THEN 'crop'
    WHEN left(class_code, 2) = '02' THEN 'orchard'
    WHEN left(class_code, 2) = '03' THEN 'forest'
    WHEN left(class_code, 2) = '04' THEN 'grass'
    WHEN scheme = 'land_sea' AND left(class_code, 2) = '05' THEN 'wetland'
    WHEN scheme = 'land_sea' AND left(class_code, 2) = '12' THEN 'traffic'
    WHEN scheme = 'land_sea' AND left(class_code, 2) BETWEEN '17' AND '22' THEN 'water'
    WHEN scheme = 'land_sea' AND left(class_code, 2) = '24' THEN 'water'
    WHEN scheme = 'land_sea' AND left(class_code, 2) BETWEEN '07' AND '16' THEN 'built'
    WHEN scheme = 'land_sea' THEN 'other'
    WHEN left(class_code, 2) = '10' THEN 'traffic'
    WHEN left(class_code, 2) = '11' THEN 'water'
    WHEN left(class_code, 2) BETWEEN '05' AND '09' THEN 'built'
    ELSE 'other'
END;
COMMENT ON FUNCTION city.landuse_family(text, text) IS
    'Which of nine families a land class is drawn as: crop, orchard, forest, grass, wetland, built, traffic, water, other.';

CREATE OR REPLACE FUNCTION city.landuse_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    found AS (
        SELECT f.id, f.code, f.name, f.class_code, f.class_name,
               city.landuse_family(f.scheme, f.class_code) AS family, f.ownership, f.geom_3857
        FROM city.landuse_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide
          AND city.shows(f.geom_3857, z)
    ),
    drawn AS (
        SELECT f.id, f.code, f.name, f.class_code, f.class_name, f.family, f.ownership,
               ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM found AS f, envelope AS e
    )
    SELECT ST_AsMVT(drawn, 'landuse', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.landuse_tile(integer, integer, integer) IS
    'Land-class parcels of tile z/x/y as MVT, layer "landuse".';

CREATE OR REPLACE FUNCTION city.zone_tile(z integer, x integer, y integer) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH envelope AS (
        SELECT ST_TileEnvelope(z, x, y) AS tile, ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS wide
    ),
    found AS (
        SELECT f.id, f.code, f.name, f.kind, f.geom_3857
        FROM city.zone_now AS f, envelope AS e
        WHERE f.geom_3857 && e.wide
          AND city.shows(f.geom_3857, z)
    ),
    drawn AS (
        SELECT f.id, f.code, f.name, f.kind, ST_AsMVTGeom(f.geom_3857, e.tile, 4096, 64) AS geom
        FROM found AS f, envelope AS e
        UNION ALL
        -- One point an area to hang its name on: an area cut by tiles would be named once in each.
        SELECT f.id, f.code, f.name, f.kind, ST_AsMVTGeom(ST_PointOnSurface(f.geom_3857), e.tile, 4096, 0)
        FROM found AS f, envelope AS e
        WHERE f.name IS NOT NULL AND z >= 14
    )
    SELECT ST_AsMVT(drawn, 'zone', 4096, 'geom', 'id') FROM drawn WHERE geom IS NOT NULL
$$;
COMMENT ON FUNCTION city.zone_tile(integer, integer, integer) IS
    'Control zones of tile z/x/y as MVT, layer "zone", and their label points from zoom 14.';
