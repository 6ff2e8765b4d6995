-- Drops the names of crews that paused for longer than any duty's least gap: nothing asks any more who they were.
-- before: an instant; whoever goes out again goes after it. Runs: after patrol/erase_persons.
WITH gap AS (
    SELECT COALESCE(max(every.min_gap_hours), 0) * interval '1 hour' AS least
    FROM (
        SELECT d.min_gap_hours FROM city.duty AS d
        UNION ALL
        SELECT h.min_gap_hours FROM city.duty_history AS h
    ) AS every
)
DELETE FROM city.crew_alias AS a
WHERE NOT EXISTS (
    SELECT FROM gap AS g, city.patrol AS p
    WHERE p.judged_as = a.name
      AND (p.ended_at + g.least > %(before)s::timestamptz
           OR EXISTS (SELECT FROM city.patrol AS l WHERE l.crew = a.crew AND l.started_at < p.ended_at + g.least))
)
