-- The reaches that hold today, as a table to hand out and to take in again: one row per range, in metres of chainage.
-- On a closed bank, the range that ends where the bank does and the one that begins at 0 m are one row, from over to.
WITH part AS (
    SELECT r.code, r.name, r.bank_code, r.post_code, r.provenance, r.valid_from, r.valid_to,
           lower(s) AS from_cm, upper(s) AS to_cm,
           COALESCE(
               ST_IsClosed(b.geom) AND lower(r.span) = 0 AND upper(r.span) = city.line_cm(b.geom)
                   AND r.span <> int4multirange(int4range(0, upper(r.span))),
               false
           ) AS around,
           upper(r.span) AS end_cm
    FROM city.reach_now AS r
    LEFT JOIN city.bank_now AS b ON b.code = r.bank_code
    CROSS JOIN unnest(r.span) AS s
)
SELECT p.code, p.name, p.bank_code,
       round(p.from_cm / 100.0, 2) AS from_m,
       round(COALESCE(first.to_cm, p.to_cm) / 100.0, 2) AS to_m,
       p.post_code, p.provenance, p.valid_from, p.valid_to
FROM part AS p
LEFT JOIN part AS first ON first.code = p.code AND p.around AND p.to_cm = p.end_cm AND first.from_cm = 0
WHERE NOT (p.around AND p.from_cm = 0)
ORDER BY p.code, p.from_cm
