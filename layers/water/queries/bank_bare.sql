-- Shore that no post answers for on a day (无责任主体), per water: metres of it, and of all its banks.
-- A reach whose post is not there on that day covers nothing. Rivers of one name are one water.
WITH held AS (
    SELECT r.bank_code, range_agg(r.span) AS spans
    FROM city.reach AS r
    WHERE daterange(r.valid_from, r.valid_to) @> %(day)s::date
      AND EXISTS (
          SELECT FROM city.post AS p
          WHERE p.code = r.post_code AND daterange(p.valid_from, p.valid_to) @> %(day)s::date
      )
    GROUP BY r.bank_code
),
bank AS (
    SELECT b.water_code, int4multirange(int4range(0, city.line_cm(b.geom))) AS whole, COALESCE(h.spans, '{}') AS spans
    FROM city.bank AS b
    LEFT JOIN held AS h ON h.bank_code = b.code
    WHERE daterange(b.valid_from, b.valid_to) @> %(day)s::date
)
SELECT COALESCE(w.name, b.water_code) AS water,
       sum(city.span_m(b.whole - b.spans)) AS bare_m,
       sum(city.span_m(b.whole)) AS length_m
FROM bank AS b
LEFT JOIN city.water AS w ON w.code = b.water_code AND daterange(w.valid_from, w.valid_to) @> %(day)s::date
GROUP BY 1
HAVING sum(city.span_m(b.whole - b.spans)) > 0
ORDER BY bare_m DESC, water
