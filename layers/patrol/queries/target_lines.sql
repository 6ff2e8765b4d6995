-- The lines of a layer that patrols may see, today: {table} is its view, such as city.bank_now.
-- codes: text[], or NULL for all.  CRS: 4490, as WKB.
SELECT t.code, ST_AsBinary(t.geom) AS geom
FROM {table} AS t
WHERE %(codes)s::text[] IS NULL OR t.code = ANY (%(codes)s::text[])
ORDER BY t.code
