-- The banks of these codes that are there today, and which water each is the bank of.  CRS: 4490, as WKB.
SELECT b.code, b.water_code, ST_AsBinary(b.geom) AS geom
FROM city.bank_now AS b WHERE b.code = ANY (%(codes)s::text[]) ORDER BY b.code
