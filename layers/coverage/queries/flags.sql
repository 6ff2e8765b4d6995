-- The doubtful pieces of some patrols' tracks, as known at an instant.  patrol_ids: bigint[].
SELECT f.patrol_id, extract(epoch FROM f.from_at)::double precision AS from_s,
       extract(epoch FROM f.to_at)::double precision AS to_s, f.kind
FROM city.flag AS f
WHERE f.patrol_id = ANY (%(patrol_ids)s::bigint[])
  AND f.known_from <= %(known_at)s::timestamptz AND (f.known_to IS NULL OR f.known_to > %(known_at)s::timestamptz)
ORDER BY f.patrol_id, f.from_at
