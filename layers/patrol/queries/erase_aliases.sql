-- Keeps by which name the crews without a post are judged of which patrols are erased that ended before an instant, and
-- drops what is known of duties by their codes: it is worked out again by their names.  before: an instant.
-- Runs: before patrol/erase_persons. A crew that a duty names as its delegate is judged by its code.
WITH meant AS (
    SELECT DISTINCT p.crew
    FROM city.patrol AS p
    CROSS JOIN LATERAL city.crew_post(p.crew, COALESCE(p.started_at, p.made_at)) AS its_post
    WHERE p.erased_at IS NULL AND COALESCE(p.ended_at, p.closed_at, p.made_at) < %(before)s::timestamptz
      AND p.crew IS NOT NULL AND COALESCE(p.post_code, its_post) IS NULL AND NOT city.is_delegate(p.crew)
      AND NOT EXISTS (SELECT FROM city.patrol_backlog AS b WHERE b.patrol_id = p.patrol_id)
),
named AS (
    INSERT INTO city.crew_alias (crew, name)
    SELECT m.crew, 'erased-' || gen_random_uuid() FROM meant AS m
    ON CONFLICT DO NOTHING
)
DELETE FROM city.duty_state AS d USING meant AS m WHERE d.last_effective ? m.crew
