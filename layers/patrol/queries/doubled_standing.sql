-- The flags that stand because a device had two fixes of one time: on a patrol, and on others that were held against it.
-- Microseconds since 1970.  held: whether the other patrol was not erased; else nothing new can be said of the two.
SELECT f.flag_id, f.patrol_id, f.other_id, f.kind, (extract(epoch FROM f.from_at) * 1000000)::bigint AS from_us,
       (extract(epoch FROM f.to_at) * 1000000)::bigint AS to_us, f.evidence,
       NOT EXISTS (
           SELECT FROM city.patrol AS p
           WHERE p.erased_at IS NOT NULL
             AND p.patrol_id = CASE WHEN f.patrol_id = %(patrol_id)s THEN f.other_id ELSE f.patrol_id END
       ) AS held
FROM city.flag AS f
WHERE f.known_to IS NULL AND (f.patrol_id = %(patrol_id)s OR f.other_id = %(patrol_id)s)
  AND f.evidence ? 'conflicts_count'
