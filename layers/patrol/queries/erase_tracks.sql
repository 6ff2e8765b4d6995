-- Deletes fixes, conflicts, legs and traces of erased patrols, and what came in of them too late to be kept.
WITH erased AS MATERIALIZED (
    SELECT p.patrol_id FROM city.patrol AS p WHERE p.erased_at IS NOT NULL
),
fixes AS (DELETE FROM city.fix AS f USING erased AS e WHERE f.patrol_id = e.patrol_id),
conflicts AS (DELETE FROM city.fix_conflict AS f USING erased AS e WHERE f.patrol_id = e.patrol_id),
legs AS (DELETE FROM city.leg AS l USING erased AS e WHERE l.patrol_id = e.patrol_id),
late AS (DELETE FROM city.patrol_backlog AS b USING erased AS e WHERE b.patrol_id = e.patrol_id)
DELETE FROM city.patrol_trace AS t USING erased AS e WHERE t.patrol_id = e.patrol_id
