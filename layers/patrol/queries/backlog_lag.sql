-- How far sightings lag behind what is stored: patrols, fixes, seconds that the oldest has waited (0 without any).
SELECT count(DISTINCT b.patrol_id) AS patrols, COALESCE(sum(b.fixes), 0)::bigint AS fixes,
       COALESCE(greatest(extract(epoch FROM clock_timestamp() - min(b.received_at)), 0), 0)::double precision AS oldest_s,
       min(b.received_at) AS oldest_received_at,
       count(DISTINCT b.patrol_id) FILTER (WHERE b.attempts > 0) AS failing
FROM city.patrol_backlog AS b
WHERE %(patrol_id)s::bigint IS NULL OR b.patrol_id = %(patrol_id)s
