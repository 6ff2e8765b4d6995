-- The legs of the patrols of a period that came near any of some lines, in order, with what reads them.
-- {table}: the lines' view, such as city.bank_now.  codes: text[], or NULL for all.  margin: degrees.
-- start, end: half-open.  CRS: 4490, as WKB.
WITH near AS (
    SELECT DISTINCT l.patrol_id
    FROM {table} AS t
    JOIN city.leg AS l ON l.geom && ST_Expand(t.geom, %(margin)s::double precision)
    JOIN city.patrols_out(%(start)s::timestamptz, %(end)s::timestamptz, NULL, NULL) USING (patrol_id)
    WHERE %(codes)s::text[] IS NULL OR t.code = ANY (%(codes)s::text[])
)
SELECT l.patrol_id, p.device, p.mode, d.accuracy_m AS device_accuracy_m, l.times_s, ST_AsBinary(l.geom) AS geom
FROM near
JOIN city.leg AS l USING (patrol_id)
JOIN city.patrol AS p USING (patrol_id)
LEFT JOIN city.device_now AS d ON d.code = p.device
ORDER BY l.patrol_id, l.leg_no
