-- Features of one layer as GeoJSON texts, in the order of their ids.
-- {table}: the layer's view, such as city.grid_now.
-- west, south, east, north: degrees, all NULL for everywhere;  code: one natural key, or NULL;
-- after: the last id of the page before, or NULL;  row_limit: how many at most.
-- CRS: in CRS84, out as stored (4490: CRS84 to well under a metre). The box is transformed, never the column.
WITH box AS (
    SELECT ST_Transform(
        ST_SetSRID(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s), 4326), 4490
    ) AS geom
),
page AS (
    SELECT f.*
    FROM {table} AS f
    WHERE (%(west)s::double precision IS NULL
           OR (f.geom && (SELECT b.geom FROM box AS b) AND ST_Intersects(f.geom, (SELECT b.geom FROM box AS b))))
      AND (%(code)s::text IS NULL OR f.code = %(code)s)
      AND (%(after)s::bigint IS NULL OR f.id > %(after)s)
    ORDER BY f.id
    LIMIT %(row_limit)s
)
SELECT p.id,
       json_build_object(
           'type', 'Feature',
           'id', p.id,
           'geometry', ST_AsGeoJSON(p.geom, 9, 0)::json,
           'properties', to_jsonb(p) - ARRAY['id', 'geom', 'geom_3857', 'origin']
       )::text AS feature
FROM page AS p
ORDER BY p.id
