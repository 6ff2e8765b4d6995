-- Places with a name that crews may set out from: facilities, emergency stores, compounds.  CRS: 4490.
SELECT s.name, ST_X(p.place) AS lon, ST_Y(p.place) AS lat
FROM city.site_now AS s
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(s.geom) AS place) AS p
WHERE s.kind IN ('facility', 'emergency', 'compound') AND s.name <> ''
ORDER BY s.kind = 'compound', s.name, s.id
LIMIT 200
