-- How many patrols of a period were erased, and when the first and last patrol set out that can still be recomputed.
-- start, end: instants, half-open, or NULL for an open end.
SELECT count(*) FILTER (
           WHERE p.erased_at IS NOT NULL AND p.started_at >= COALESCE(%(start)s::timestamptz, '-infinity')
             AND p.started_at < COALESCE(%(end)s::timestamptz, 'infinity')
       ) AS erased,
       min(p.started_at) FILTER (WHERE p.erased_at IS NULL) AS first_at,
       max(p.started_at) FILTER (WHERE p.erased_at IS NULL) AS last_at
FROM city.patrol AS p
WHERE p.superseded_at IS NULL
