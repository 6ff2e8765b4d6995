-- Where the city lies: the box of its grid cells, degrees; NULLs where there are none. For telling where an outline without a
-- coordinate system would fit.
SELECT ST_XMin(e.box) AS west, ST_YMin(e.box) AS south, ST_XMax(e.box) AS east, ST_YMax(e.box) AS north
FROM (SELECT ST_Extent(geom) AS box FROM city.grid_now) AS e
