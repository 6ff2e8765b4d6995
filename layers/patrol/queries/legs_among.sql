-- The legs of some patrols, in order.  patrol_ids: bigint[].  CRS: 4490, as WKB.
SELECT l.patrol_id, l.leg_no, l.times_s, ST_AsBinary(l.geom) AS geom
FROM city.leg AS l
WHERE l.patrol_id = ANY (%(patrol_ids)s::bigint[])
ORDER BY l.patrol_id, l.leg_no
