-- Where, as the field reported by an instant and nobody has settled since, one cannot pass, and where a bank may be walked.
-- at: timestamptz.  CRS: 4490, degrees.
SELECT o.kind, ST_X(o.geom) AS lon, ST_Y(o.geom) AS lat
FROM city.observation AS o
WHERE o.kind IN ('cannot_pass', 'can_pass') AND o.found_at <= %(at)s::timestamptz
  AND (o.settled_at IS NULL OR o.settled_at > %(at)s::timestamptz)
  AND (o.valid_to IS NULL OR o.valid_to > (%(at)s::timestamptz AT TIME ZONE (SELECT timezone FROM city.deployment))::date)
ORDER BY o.kind, o.id
