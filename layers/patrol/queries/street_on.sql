-- The streets of a day: those valid then, or where there were none yet, the first there were of each.  day: a date.
-- CRS: 4490, as WKB.
WITH street AS (
    SELECT g.code, g.valid_from, g.valid_to, g.geom
    FROM city.grid AS g
    WHERE g.level = 'street' AND (g.valid_to IS NULL OR g.valid_to > %(day)s::date)
),
then_valid AS (
    SELECT s.geom FROM street AS s WHERE s.valid_from <= %(day)s::date
),
soonest AS (
    SELECT DISTINCT ON (s.code) s.geom FROM street AS s ORDER BY s.code, s.valid_from
)
SELECT ST_AsBinary(t.geom) AS geom FROM then_valid AS t
UNION ALL
SELECT ST_AsBinary(s.geom) FROM soonest AS s WHERE NOT EXISTS (SELECT FROM then_valid)
