-- What changes whenever a leg of some patrols does.  patrol_ids: bigint[].
SELECT count(*) AS rows, sum(l.length_m) AS length_m, max(l.ended_at) AS newest
FROM city.leg AS l
WHERE l.patrol_id = ANY (%(patrol_ids)s::bigint[])
