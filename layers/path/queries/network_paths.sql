-- The paths that are valid on a day, as ways.  day: date.  CRS: 4490, as WKB.
SELECT p.code, COALESCE(p.name, '') AS name, p.kind, p.oneway, p.level, p.open_to, ST_AsBinary(p.geom) AS geom
FROM city.path AS p
WHERE p.valid_from <= %(day)s::date AND (p.valid_to IS NULL OR p.valid_to > %(day)s::date)
ORDER BY p.code
