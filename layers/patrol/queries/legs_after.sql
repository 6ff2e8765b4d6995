-- Some patrols with all their legs in order: the first `most` with legs after patrol number `after`.  CRS: 4490, as WKB.
WITH few AS (
    SELECT DISTINCT l.patrol_id FROM city.leg AS l
    WHERE l.patrol_id > %(after)s ORDER BY l.patrol_id LIMIT %(most)s
)
SELECT l.patrol_id, p.device, p.mode, d.accuracy_m AS device_accuracy_m, l.times_s, ST_AsBinary(l.geom) AS geom
FROM few
JOIN city.leg AS l USING (patrol_id)
JOIN city.patrol AS p USING (patrol_id)
LEFT JOIN city.device_now AS d ON d.code = p.device
ORDER BY l.patrol_id, l.leg_no
