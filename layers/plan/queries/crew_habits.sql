-- Of each crew named: where its newest patrols set out from, for which posts it lately went out, and when. CRS: 4490.
-- A crew without patrols, or whose tracks were erased, has no place. Minutes of the local day: when the earliest tenth
-- of its patrols set out, half, all but a tenth; lasts: how many minutes all but a tenth of them took at most.
SELECT c.code, s.lon, s.lat, s.at, COALESCE(w.posts, '{}') AS posts, w.patrols, w.early, w.usual, w.late, w.lasts
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
    SELECT array_agg(DISTINCT o.post_code ORDER BY o.post_code) FILTER (WHERE o.post_code IS NOT NULL) AS posts,
           count(*) AS patrols,
           percentile_disc(0.1) WITHIN GROUP (ORDER BY o.minute)::integer AS early,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY o.minute)::integer AS usual,
           percentile_disc(0.9) WITHIN GROUP (ORDER BY o.minute)::integer AS late,
           percentile_disc(0.9) WITHIN GROUP (ORDER BY o.lasts)::integer AS lasts
    FROM (
        SELECT p.post_code, extract(epoch FROM p.ended_at - p.started_at) / 60 AS lasts,
               extract(epoch FROM (p.started_at AT TIME ZONE d.timezone)::time) / 60 AS minute
        FROM city.patrol AS p CROSS JOIN city.deployment AS d
        WHERE p.crew = c.code AND p.superseded_at IS NULL
          AND p.started_at >= %(before)s::timestamptz - interval '92 days' AND p.started_at < %(before)s
    ) AS o
) AS w ON true
