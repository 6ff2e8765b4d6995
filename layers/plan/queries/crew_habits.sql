-- Of each crew named: where its newest patrols set out from, and for which posts it lately went out. CRS: 4490.
-- A crew without patrols, or whose tracks were erased, has no place.
SELECT c.code, s.lon, s.lat, s.at, COALESCE(w.posts, '{}') AS posts
FROM unnest(%(crews)s::text[]) AS c (code)
LEFT JOIN LATERAL (
    SELECT ST_X(ST_StartPoint(l.geom)) AS lon, ST_Y(ST_StartPoint(l.geom)) AS lat, l.started_at AS at
    FROM (
        SELECT p.patrol_id, p.started_at FROM city.patrol AS p
        WHERE p.crew = c.code AND p.superseded_at IS NULL AND p.erased_at IS NULL AND p.started_at IS NOT NULL
          AND p.started_at < %(before)s
        ORDER BY p.started_at DESC LIMIT 5
    ) AS p
    JOIN city.leg AS l ON l.patrol_id = p.patrol_id AND GeometryType(l.geom) = 'LINESTRING'
    ORDER BY p.started_at DESC, l.leg_no
    LIMIT 1
) AS s ON true
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT p.post_code ORDER BY p.post_code) AS posts
    FROM city.patrol AS p
    WHERE p.crew = c.code AND p.superseded_at IS NULL AND p.post_code IS NOT NULL
      AND p.started_at >= %(before)s::timestamptz - interval '92 days' AND p.started_at < %(before)s
) AS w ON true
