-- A layer's row by its id as it stands, kept from others until the transaction ends; no row where it has ended.
-- {table}: such as city.road.  sample: whether it came with the sample.  geom: WKB, in 4490.
SELECT t.code, ST_AsBinary(t.geom) AS geom,
       EXISTS (SELECT FROM city.edition AS e WHERE e.edition_id = t.edition_id AND e.sample) AS sample
FROM {table} AS t
WHERE t.id = %(id)s AND (t.valid_to IS NULL OR t.valid_to > greatest(t.valid_from, current_date))
FOR UPDATE OF t
