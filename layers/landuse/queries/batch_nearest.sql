-- The zones among which, for every place within a circle, the nearest one of each kind must be; in the form of check_city, which
-- looks for those of one place alone. centre: of the circle, as WKB in degrees; radius: in degrees. With d from the centre
-- to the nearest zone of a kind no place in the circle is further than d + radius from one, so that its own nearest is
-- within d + 2 radius of the centre.  as_of, known_at, kinds, apart, slack: as of check_city.
WITH c AS MATERIALIZED (SELECT ST_GeomFromWKB(%(centre)s, 4490) AS geom),
first AS MATERIALIZED (
    SELECT k.kind, (
        SELECT min(found.away) FROM (
            (SELECT z.geom <-> c.geom AS away FROM city.zone AS z
             WHERE z.kind = k.kind AND z.known_from <= %(known_at)s
               AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
             ORDER BY z.geom <-> c.geom LIMIT 1)
            UNION ALL
            (SELECT z.geom <-> c.geom FROM city.zone_history AS z
             WHERE z.kind = k.kind AND z.known_from <= %(known_at)s AND z.known_to > %(known_at)s
               AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
             ORDER BY z.geom <-> c.geom LIMIT 1)
        ) AS found
    ) AS away
    FROM unnest(%(kinds)s::text[]) AS k (kind), c
)
SELECT 'zone' AS layer, z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind AS a, NULL AS b, NULL AS c,
       NULL AS d, NULL AS e, NULL AS f, NULL AS g, z.geom
FROM first AS f CROSS JOIN c
CROSS JOIN LATERAL (
    SELECT z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind, z.geom
    FROM city.zone AS z
    WHERE z.kind = f.kind AND ST_DWithin(z.geom, c.geom, (f.away + 2 * %(radius)s + %(slack)s) * %(apart)s)
      AND z.known_from <= %(known_at)s
      AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
    UNION ALL
    SELECT z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind, z.geom
    FROM city.zone_history AS z
    WHERE z.kind = f.kind AND ST_DWithin(z.geom, c.geom, (f.away + 2 * %(radius)s + %(slack)s) * %(apart)s)
      AND z.known_from <= %(known_at)s AND z.known_to > %(known_at)s
      AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
) AS z
WHERE f.away < 1 + %(radius)s
