-- The courses of patrols, as far as they are made.  patrol_ids: bigint[].
SELECT t.patrol_id, t.course
FROM city.patrol_trace AS t
WHERE t.patrol_id = ANY (%(patrol_ids)s::bigint[]) AND t.course IS NOT NULL
