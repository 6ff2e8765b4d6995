-- The patrol whose fixes have waited longest and that nobody else has in hand; no row where there is none.
SELECT b.patrol_id
FROM city.patrol_backlog AS b
WHERE b.not_before IS NULL OR b.not_before <= clock_timestamp()
ORDER BY b.backlog_id
LIMIT 1
FOR UPDATE SKIP LOCKED
