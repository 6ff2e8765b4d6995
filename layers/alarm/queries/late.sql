-- Observations that are past due by more than so many minutes at an instant, as they were known then; the longest first.
-- at: NULL for now.  CRS: 4490 in, degrees out.  Told are only columns that every role may see.
WITH asked AS (SELECT COALESCE(%(at)s::timestamptz, now()) AS at)
SELECT o.code, o.grade, o.post_code, o.due_at, o.due_at + %(minutes)s * interval '1 minute' AS since,
       f.zh AS family_zh, f.en AS family_en, k.zh AS kind_zh, k.en AS kind_en, ST_X(o.geom) AS lon, ST_Y(o.geom) AS lat
FROM asked AS a
CROSS JOIN (
    SELECT code, family, kind, grade, post_code, state, due_at, geom, valid_from, valid_to, known_from, known_to
    FROM city.observation
    UNION ALL
    SELECT code, family, kind, grade, post_code, state, due_at, geom, valid_from, valid_to, known_from, known_to
    FROM city.observation_history
) AS o
JOIN city.observation_family AS f ON f.code = o.family
LEFT JOIN city.observation_kind AS k ON k.code = o.kind
WHERE o.state = 'handed' AND o.due_at + %(minutes)s * interval '1 minute' < a.at
  AND o.known_from <= a.at AND (o.known_to IS NULL OR o.known_to > a.at)
  AND o.valid_from <= a.at::date AND (o.valid_to IS NULL OR o.valid_to > a.at::date)
ORDER BY o.due_at, o.code
LIMIT %(row_limit)s
