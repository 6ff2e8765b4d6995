-- A layer's features that are true today, in the order of their codes, and with each what all of them are: which kinds
-- of geometries, as shapely calls them, and how many. Whoever writes a file has to know before the first of them.
-- {columns}: the fields, the code first.
-- {now}: the view of today's rows, or the table where there is no such view.
-- %(west)s … %(north)s: a box in degrees, or NULL for all.
WITH feature AS (
    SELECT {columns}, geom
    FROM {now}
    WHERE %(west)s::float8 IS NULL
       OR geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, ST_SRID(geom))
),
whole AS (
    SELECT array_agg(DISTINCT replace(ST_GeometryType(geom), 'ST_', '')) AS kinds, count(*) AS rows FROM feature
)
SELECT {columns}, ST_AsBinary(geom) AS geom, whole.kinds AS geometry_kinds, whole.rows AS feature_count
FROM feature CROSS JOIN whole
ORDER BY 1
