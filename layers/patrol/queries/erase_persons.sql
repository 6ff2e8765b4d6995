-- Erases device and persons of the patrols that ended before an instant, and notes what figures take from legs and crew.
-- before: an instant. Runs: while the legs are still there.
-- A crew without a post is judged by itself: of one crew all that is erased at once gets one random name.
WITH meant AS (
    SELECT p.patrol_id, p.crew, p.post_code, c.post_code AS crew_post
    FROM city.patrol AS p LEFT JOIN city.crew_now AS c ON c.code = p.crew
    WHERE p.erased_at IS NULL AND COALESCE(p.ended_at, p.closed_at, p.made_at) < %(before)s::timestamptz
      AND NOT EXISTS (SELECT FROM city.patrol_backlog AS b WHERE b.patrol_id = p.patrol_id)
),
named AS MATERIALIZED (
    SELECT one.crew, 'erased-' || gen_random_uuid() AS name,
           EXISTS (SELECT FROM city.duty AS d WHERE one.crew = ANY (d.delegates))
           OR EXISTS (SELECT FROM city.duty_history AS h WHERE one.crew = ANY (h.delegates)) AS delegate
    FROM (SELECT DISTINCT m.crew FROM meant AS m WHERE m.crew IS NOT NULL) AS one
)
UPDATE city.patrol AS p
SET erased_at = transaction_timestamp(),
    minutes = COALESCE((
        SELECT sum(extract(epoch FROM l.ended_at - l.started_at))::double precision / 60
        FROM city.leg AS l WHERE l.patrol_id = p.patrol_id
    ), 0),
    crew_post = m.crew_post,
    judged_as = CASE WHEN n.delegate THEN p.crew WHEN COALESCE(m.post_code, m.crew_post) IS NULL THEN n.name END,
    device = NULL, crew = NULL, made_by = NULL, report = NULL, file_name = NULL, source_sha256 = NULL
FROM meant AS m LEFT JOIN named AS n ON n.crew = m.crew
WHERE p.patrol_id = m.patrol_id
