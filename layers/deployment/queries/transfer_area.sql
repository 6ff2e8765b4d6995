-- The outline of a grid that is true today, as WKB in degrees.
SELECT ST_AsBinary(geom) FROM city.grid_now WHERE code = %(code)s
