-- The patrols of a part that are still there, in order; none of a part that is done.
SELECT p.patrol_id, p.code
FROM city.recompute_part AS r
JOIN city.patrol AS p ON p.patrol_id = ANY (r.patrol_ids)
WHERE r.part_id = %(part_id)s AND r.done_at IS NULL
ORDER BY p.patrol_id
