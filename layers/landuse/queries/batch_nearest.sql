-- Of each kind of zone of which none lies at an outline the nearest ones, for many outlines at once; in the form of check_city,
-- which looks for those of one place alone. The same parameters, but for searches: the outlines, each widened, as WKB.
WITH s AS MATERIALIZED (
    SELECT o.n, ST_GeomFromWKB(o.wkb, 4490) AS geom
    FROM unnest(%(searches)s::bytea[]) WITH ORDINALITY AS o (wkb, n)
),
lacking AS MATERIALIZED (
    SELECT s.n, s.geom, k.kind
    FROM s CROSS JOIN unnest(%(kinds)s::text[]) AS k (kind)
    WHERE NOT EXISTS (
        SELECT FROM city.zone AS z
        WHERE z.kind = k.kind AND ST_Intersects(z.geom, s.geom) AND z.known_from <= %(known_at)s
          AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
    ) AND NOT EXISTS (
        SELECT FROM city.zone_history AS z
        WHERE z.kind = k.kind AND ST_Intersects(z.geom, s.geom) AND z.known_from <= %(known_at)s
          AND z.known_to > %(known_at)s AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
    )
),
first AS MATERIALIZED (
    SELECT l.n, l.geom, l.kind, (
        SELECT min(found.away) FROM (
            (SELECT z.geom <-> l.geom AS away FROM city.zone AS z
             WHERE z.kind = l.kind AND z.known_from <= %(known_at)s
               AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
             ORDER BY z.geom <-> l.geom LIMIT 1)
            UNION ALL
            (SELECT z.geom <-> l.geom FROM city.zone_history AS z
             WHERE z.kind = l.kind AND z.known_from <= %(known_at)s AND z.known_to > %(known_at)s
               AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
             ORDER BY z.geom <-> l.geom LIMIT 1)
        ) AS found
    ) AS away
    FROM lacking AS l
)
SELECT DISTINCT ON (z.id, z.known_from)
       'zone' AS layer, z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind AS a, NULL AS b, NULL AS c,
       NULL AS d, NULL AS e, NULL AS f, NULL AS g, z.geom
FROM first AS f
CROSS JOIN LATERAL (
    SELECT z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind, z.geom
    FROM city.zone AS z
    WHERE z.kind = f.kind AND ST_DWithin(z.geom, f.geom, (f.away + %(slack)s) * %(apart)s)
      AND z.known_from <= %(known_at)s
      AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
    UNION ALL
    SELECT z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind, z.geom
    FROM city.zone_history AS z
    WHERE z.kind = f.kind AND ST_DWithin(z.geom, f.geom, (f.away + %(slack)s) * %(apart)s)
      AND z.known_from <= %(known_at)s AND z.known_to > %(known_at)s
      AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
) AS z
WHERE f.away < 1
ORDER BY z.id, z.known_from
