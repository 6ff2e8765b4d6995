-- The roads that are valid on a day, as ways.  day: date.  CRS: 4490, as WKB.
SELECT r.code, COALESCE(r.name, '') AS name, r.class AS kind, r.oneway, r.level, 'by_kind' AS open_to,
       ST_AsBinary(r.geom) AS geom
FROM city.road AS r
WHERE r.valid_from <= %(day)s::date AND (r.valid_to IS NULL OR r.valid_to > %(day)s::date)
ORDER BY r.code
