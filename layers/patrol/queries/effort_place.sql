-- The grid cells of some levels that are valid today.  levels: text[].  CRS: 4490, as WKB.
SELECT g.code, g.name, ST_AsBinary(g.geom) AS geom
FROM city.grid_now AS g
WHERE g.level = ANY (%(levels)s::text[])
ORDER BY g.code
