-- Of the patrols of a period whose fixes were believed, when the last one ended of which no leg
-- is left: its fixes were erased.  start, end: half-open.  NULL where all have theirs.
SELECT max(p.ended_at)
FROM city.patrol AS p
WHERE p.started_at >= %(start)s::timestamptz AND p.started_at < %(end)s::timestamptz
  AND p.fixes_kept > 0 AND p.superseded_at IS NULL
  AND NOT EXISTS (SELECT FROM city.leg AS l WHERE l.patrol_id = p.patrol_id)
