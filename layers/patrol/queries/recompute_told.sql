-- What a run has come to: parts done and left, patrols and fixes of those done, rows of sightings and flags changed.
SELECT count(p.done_at) AS done, count(*) - count(p.done_at) AS left,
       COALESCE(sum(cardinality(p.patrol_ids)) FILTER (WHERE p.done_at IS NOT NULL), 0)::bigint AS patrols,
       COALESCE(sum(p.fixes) FILTER (WHERE p.done_at IS NOT NULL), 0)::bigint AS fixes,
       COALESCE(sum(p.rows_changed), 0)::bigint AS rows_changed
FROM city.recompute_part AS p
WHERE p.run_id = %(run_id)s::uuid
