-- Features of one layer as GeoJSON texts, in the order of their ids.
-- {table}: the layer's view, such as city.grid_now.
-- west, south, east, north: degrees, all NULL for everywhere;  code: one natural key, or NULL;
-- after: the last id of the page before, or NULL;  row_limit: how many at most;  hidden: columns that are not told.
-- CRS: in CRS84, out as stored (4490: CRS84 to well under a metre). The box is transformed, never the column.
SELECT id, feature
FROM city.feature_texts(
    '{table}',
    ST_Transform(ST_SetSRID(ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s), 4326), 4490),
    NULL, %(code)s, %(after)s, %(row_limit)s, %(hidden)s
)
ORDER BY id
