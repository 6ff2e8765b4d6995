-- Codes of land classes that parcels have on a day and that no class of their scheme has, nor is the beginning of.
WITH had AS (
    SELECT scheme, class_code, count(*) AS parcels, min(code) AS first
    FROM city.landuse
    WHERE daterange(valid_from, valid_to) @> %(day)s::date
    GROUP BY scheme, class_code
)
SELECT h.scheme, h.class_code, h.parcels, h.first
FROM had AS h
WHERE NOT EXISTS (
    SELECT FROM city.landuse_class AS c
    WHERE c.scheme = h.scheme AND starts_with(h.class_code, c.class_code)
      AND daterange(c.valid_from, c.valid_to) @> %(day)s::date
)
ORDER BY h.parcels DESC, h.class_code
