-- The patrols with a leg near any of some features, in order.  {table}: the features' view.  codes: text[].  margin: degrees.
SELECT DISTINCT l.patrol_id
FROM {table} AS t
JOIN city.leg AS l ON l.geom && ST_Expand(t.geom, %(margin)s::double precision)
WHERE t.code = ANY (%(codes)s::text[])
ORDER BY l.patrol_id
