-- The patrols with a leg near any of some lines, with all their legs in order. {table}: the lines' view.
-- codes: text[].  margin: degrees.  CRS: 4490, as WKB.
WITH near AS (
    SELECT DISTINCT l.patrol_id
    FROM {table} AS t
    JOIN city.leg AS l ON l.geom && ST_Expand(t.geom, %(margin)s::double precision)
    WHERE t.code = ANY (%(codes)s::text[])
)
SELECT l.patrol_id, p.device, p.mode, d.accuracy_m AS device_accuracy_m, l.times_s, ST_AsBinary(l.geom) AS geom
FROM near
JOIN city.leg AS l USING (patrol_id)
JOIN city.patrol AS p USING (patrol_id)
LEFT JOIN city.device_now AS d ON d.code = p.device
ORDER BY l.patrol_id, l.leg_no
