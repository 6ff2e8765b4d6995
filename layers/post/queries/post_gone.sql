-- Posts that reaches name on a day although there is no such post then, and how many reaches name them.
SELECT r.post_code, count(*) AS reaches
FROM city.reach AS r
WHERE r.post_code IS NOT NULL
  AND daterange(r.valid_from, r.valid_to) @> %(day)s::date
  AND NOT EXISTS (
      SELECT FROM city.post AS p
      WHERE p.code = r.post_code AND daterange(p.valid_from, p.valid_to) @> %(day)s::date
  )
GROUP BY r.post_code
ORDER BY r.post_code
