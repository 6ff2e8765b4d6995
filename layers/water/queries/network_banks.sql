-- The banks that are valid on a day, and which water each is the bank of.  day: date.  CRS: 4490, as WKB.
SELECT b.code, COALESCE(b.name, '') AS name, b.water_code, ST_AsBinary(b.geom) AS geom
FROM city.bank AS b
WHERE b.valid_from <= %(day)s::date AND (b.valid_to IS NULL OR b.valid_to > %(day)s::date)
ORDER BY b.code
