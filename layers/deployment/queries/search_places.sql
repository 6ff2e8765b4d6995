-- Where some features of a layer lie. Several layers: joined by UNION ALL.
-- {layer}: its id;  {table}: its view;  ids: features by layer, as {{"grid": [1, 2]}};
-- within: whether to tell in which community, or else street, they lie: for those who may see grids.
-- CRS: degrees, out as stored.
SELECT {layer} AS layer, f.id, ST_X(p.point) AS lon, ST_Y(p.point) AS lat,
       ARRAY[ST_XMin(f.geom), ST_YMin(f.geom), ST_XMax(f.geom), ST_YMax(f.geom)] AS bbox,
       CASE WHEN %(within)s THEN (
           SELECT g.name FROM city.grid_now AS g
           WHERE g.level IN ('street', 'community') AND g.name IS NOT NULL AND ST_Intersects(g.geom, p.point)
             AND ({layer} <> 'grid' OR length(g.code) < length(f.code))
           ORDER BY length(g.code) DESC LIMIT 1
       ) END AS within
FROM {table} AS f, LATERAL (SELECT ST_PointOnSurface(f.geom) AS point) AS p
WHERE f.id = ANY (SELECT jsonb_array_elements_text(%(ids)s::jsonb -> {layer})::bigint)
