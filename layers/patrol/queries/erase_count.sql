-- What erasing the patrols that ended before an instant would delete.  before: an instant.
-- waiting: patrols of which fixes are still to be worked out; these are not erased, for what they saw is not known yet.
WITH ended AS (
    SELECT p.patrol_id, EXISTS (SELECT FROM city.patrol_backlog AS b WHERE b.patrol_id = p.patrol_id) AS waits,
           p.superseded_at IS NOT NULL AS superseded
    FROM city.patrol AS p
    WHERE p.erased_at IS NULL AND COALESCE(p.ended_at, p.closed_at, p.made_at) < %(before)s::timestamptz
),
meant AS (
    SELECT e.patrol_id FROM ended AS e WHERE NOT e.waits
    UNION ALL
    SELECT p.patrol_id FROM city.patrol AS p WHERE p.erased_at IS NOT NULL
)
SELECT (SELECT count(*) FROM ended AS e WHERE NOT e.waits AND NOT e.superseded) AS patrols,
       (SELECT count(*) FROM ended AS e WHERE e.waits) AS waiting,
       (SELECT count(*) FROM city.fix AS f JOIN meant USING (patrol_id)) AS fixes,
       (SELECT count(*) FROM city.fix_conflict AS f JOIN meant USING (patrol_id)) AS conflicts,
       (SELECT count(*) FROM city.leg AS l JOIN meant USING (patrol_id)) AS legs
