-- The patrols that started in a period and whose tracks are gone.
-- start, end: the period, half-open.
SELECT p.patrol_id
FROM city.patrols_out(%(start)s::timestamptz, %(end)s::timestamptz, NULL, NULL) AS o
JOIN city.patrol AS p USING (patrol_id)
WHERE p.erased_at IS NOT NULL AND p.superseded_at IS NULL
ORDER BY p.patrol_id
