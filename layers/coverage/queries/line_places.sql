-- The lines of a layer, or the communities and villages, as known at an instant and valid on its local day.
-- {table}, {history}: such as city.road and city.road_history.  known_at: NULL for now.
-- codes: text[], or NULL for all.  CRS: 4490, as WKB.
SELECT f.code, COALESCE(f.name, f.code) AS name, ST_AsBinary(f.geom) AS geom
FROM (
    SELECT t.code, t.name, t.geom, t.valid_from, t.valid_to, t.known_from, NULL::timestamptz AS known_to FROM {table} AS t
    UNION ALL
    SELECT h.code, h.name, h.geom, h.valid_from, h.valid_to, h.known_from, h.known_to FROM {history} AS h
    WHERE %(known_at)s::timestamptz IS NOT NULL
) AS f
CROSS JOIN (
    SELECT COALESCE(%(known_at)s::timestamptz, 'infinity') AS known_at,
           (COALESCE(%(known_at)s::timestamptz, now()) AT TIME ZONE d.timezone)::date AS day
    FROM city.deployment AS d
) AS a
WHERE f.known_from <= a.known_at AND (f.known_to IS NULL OR f.known_to > a.known_at)
  AND f.valid_from <= a.day AND (f.valid_to IS NULL OR f.valid_to > a.day)
  AND (%(codes)s::text[] IS NULL OR f.code = ANY (%(codes)s::text[]))
  AND (%(digits)s::integer IS NULL OR length(f.code) = %(digits)s::integer)
ORDER BY f.code
