-- A stored geometry as it is answered.
-- Runs: on every deployment (replaces itself).  CRS: 4490 in, any out.
CREATE OR REPLACE FUNCTION city.told_shape(geom geometry, srid integer, north_first boolean) RETURNS geometry
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN srid = 4490 AND north_first THEN ST_FlipCoordinates(geom)
    WHEN srid = 4490 THEN geom
    WHEN north_first THEN ST_FlipCoordinates(ST_Transform(geom, srid))
    ELSE ST_Transform(geom, srid)
END;
COMMENT ON FUNCTION city.told_shape(geometry, integer, boolean) IS
    'A geometry of 4490 in another system, northing before easting where that system has it so.';
