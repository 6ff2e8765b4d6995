-- Erases device and persons of the patrols that ended before an instant, and notes what figures take from legs and crew.
-- before: an instant. Runs: while the legs are still there.
-- A crew without a post is judged by itself, under the name that patrol/erase_aliases keeps for it.
WITH meant AS (
    SELECT p.patrol_id, its_post AS crew_post, a.name
    FROM city.patrol AS p
    CROSS JOIN LATERAL city.crew_post(p.crew, COALESCE(p.started_at, p.made_at)) AS its_post
    LEFT JOIN city.crew_alias AS a ON a.crew = p.crew
    WHERE p.erased_at IS NULL AND COALESCE(p.ended_at, p.closed_at, p.made_at) < %(before)s::timestamptz
      AND NOT EXISTS (SELECT FROM city.patrol_backlog AS b WHERE b.patrol_id = p.patrol_id)
)
UPDATE city.patrol AS p
SET erased_at = transaction_timestamp(),
    minutes = COALESCE(p.minutes, (
        SELECT sum(extract(epoch FROM l.ended_at - l.started_at))::double precision / 60
        FROM city.leg AS l WHERE l.patrol_id = p.patrol_id
    ), 0),
    crew_post = m.crew_post,
    judged_as = CASE WHEN city.is_delegate(p.crew) THEN p.crew WHEN COALESCE(p.post_code, m.crew_post) IS NULL THEN m.name END,
    device = NULL, crew = NULL, made_by = NULL, superseded_person = NULL, report = NULL, file_name = NULL,
    source_sha256 = NULL
FROM meant AS m
WHERE p.patrol_id = m.patrol_id
