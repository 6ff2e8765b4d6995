-- A layer's features that are true today. {columns}: the fields. %(west)s … %(north)s: a box in degrees, or NULL.
SELECT {columns}, ST_AsBinary(geom) AS geom
FROM {now}
WHERE %(west)s::float8 IS NULL
   OR geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, ST_SRID(geom))
ORDER BY code
