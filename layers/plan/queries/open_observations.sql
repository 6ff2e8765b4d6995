-- Where something was found that is not settled, found before an instant.  CRS: 4490, as WKB.
SELECT ST_AsBinary(o.geom) AS geom
FROM city.observation_now AS o
WHERE o.state <> 'settled' AND o.found_at < %(before)s AND o.geom IS NOT NULL
ORDER BY o.id
