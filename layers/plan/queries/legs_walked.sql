-- Where these crews went on these local days: their legs, as GeoJSON.  CRS: 4490.
SELECT p.crew, p.code AS patrol, l.leg_no, l.started_at, l.ended_at, l.length_m, ST_AsGeoJSON(l.geom, 6, 0) AS shape
FROM city.patrol AS p CROSS JOIN city.deployment AS d JOIN city.leg AS l USING (patrol_id)
WHERE p.crew = ANY (%(crews)s::text[]) AND p.superseded_at IS NULL AND p.erased_at IS NULL
  AND (p.started_at AT TIME ZONE d.timezone)::date = ANY (%(days)s::date[])
ORDER BY p.started_at, p.patrol_id, l.leg_no
LIMIT 5000
