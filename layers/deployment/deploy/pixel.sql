-- How large a screen pixel is.
-- Runs: on every deployment (replaces itself).  CRS: 3857.
CREATE OR REPLACE FUNCTION city.pixel(z integer) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 40075016.6855785 / (512 * power(2, z));
COMMENT ON FUNCTION city.pixel(integer) IS 'Width of one CSS pixel at zoom z in units of 3857: tiles are 512 pixels wide.';

CREATE OR REPLACE FUNCTION city.shows(geom_3857 geometry, z integer) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN greatest(ST_XMax(geom_3857) - ST_XMin(geom_3857), ST_YMax(geom_3857) - ST_YMin(geom_3857)) >= city.pixel(z);
COMMENT ON FUNCTION city.shows(geometry, integer) IS 'Whether a line or area is at least a pixel wide or high at zoom z.';
