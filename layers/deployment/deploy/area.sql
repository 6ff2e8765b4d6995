-- Areas on the ellipsoid.
-- Runs: on every deployment (replaces itself).
-- CRS:  in 4490. Edges are straight in the metric system, not on the globe: where one may be longer than 100 m the shape
--       is densified there first. No degree is longer than 111.7 km.
CREATE OR REPLACE FUNCTION city.area_m2(geom geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ST_Area((
    CASE WHEN ST_Length(ST_BoundingDiagonal(geom)) * 111700 <= 100 THEN geom
         ELSE ST_Transform(ST_Segmentize(city.metric(geom), 100), ST_SRID(geom)) END
)::geography);
COMMENT ON FUNCTION city.area_m2(geometry) IS
    'Area on the ellipsoid in m² of a geometry in degrees, its edges straight in the metric system; 0 for what is no area.';
