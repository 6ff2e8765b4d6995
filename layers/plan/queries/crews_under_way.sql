-- Of these crews, the patrol each began last on a local day, up to an instant: when, and where it was then; and how many
-- metres it had gone that day, in all its patrols. CRS: 4490.
SELECT DISTINCT ON (p.crew) p.crew AS code, extract(epoch FROM p.started_at)::double precision AS started_s,
       ST_X(s.place) AS lon, ST_Y(s.place) AS lat, s.at_s, g.gone_m
FROM city.patrol AS p
CROSS JOIN LATERAL (
    SELECT CASE WHEN GeometryType(l.geom) = 'POINT' THEN l.geom ELSE ST_PointN(l.geom, v.number::integer) END AS place,
           v.at_s
    FROM city.leg AS l CROSS JOIN LATERAL unnest(l.times_s) WITH ORDINALITY AS v (at_s, number)
    WHERE l.patrol_id = p.patrol_id AND v.at_s <= extract(epoch FROM %(at)s::timestamptz)
    ORDER BY v.at_s DESC
    LIMIT 1
) AS s
CROSS JOIN LATERAL (
    SELECT coalesce(sum(way.length_m), 0) AS gone_m
    FROM city.patrol AS q
    JOIN city.leg AS l ON l.patrol_id = q.patrol_id
    CROSS JOIN LATERAL (
        SELECT ST_Length(ST_MakeLine(d.geom ORDER BY d.path[1])::geography) AS length_m
        FROM ST_DumpPoints(l.geom) AS d
        WHERE GeometryType(l.geom) <> 'POINT' AND l.times_s[d.path[1]] <= extract(epoch FROM %(at)s::timestamptz)
    ) AS way
    WHERE q.crew = p.crew AND q.superseded_at IS NULL AND q.erased_at IS NULL
      AND q.started_at >= %(since)s::timestamptz AND q.started_at <= %(at)s::timestamptz
) AS g
WHERE p.crew = ANY (%(crews)s::text[]) AND p.superseded_at IS NULL AND p.erased_at IS NULL
  AND p.started_at >= %(since)s::timestamptz AND p.started_at <= %(at)s::timestamptz
ORDER BY p.crew, p.started_at DESC
