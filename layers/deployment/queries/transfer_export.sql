-- A layer's features that are true today, in the order of their codes. {columns}: the fields, the code first.
-- {now}: the view of today's rows, or the table where there is no such view.
-- %(west)s … %(north)s: a box in degrees, or NULL for all.
SELECT {columns}, ST_AsBinary(geom) AS geom
FROM {now}
WHERE %(west)s::float8 IS NULL
   OR geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, ST_SRID(geom))
ORDER BY 1
