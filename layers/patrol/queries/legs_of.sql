-- The legs of some patrols, each patrol's in order, with what reads them.  patrol_ids: bigint[].  CRS: 4490, as WKB.
SELECT l.patrol_id, p.device, p.mode, d.accuracy_m AS device_accuracy_m, l.times_s, ST_AsBinary(l.geom) AS geom
FROM city.leg AS l
JOIN city.patrol AS p USING (patrol_id)
LEFT JOIN city.device_now AS d ON d.code = p.device
WHERE l.patrol_id = ANY (%(patrol_ids)s::bigint[])
ORDER BY l.patrol_id, l.leg_no
