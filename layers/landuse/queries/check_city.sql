-- All that a check reads of the city, in one answer: parcels, zones, farmland plots, projects and grids around an outline, of
-- each kind of zone of which none lies there those that may be nearest, the editions of all of these.
-- search: the outline widened by some 40 m, as WKB in degrees;  as_of: true on that day;  known_at: as known then;
-- most_near: how many of a kind, nearest box first: no other has a box as near as the last one's (b, in degrees), so that
-- whoever asks can tell by distances in metres whether the nearest is among them, and else asks for more;
-- most_bytes: shapes stored in more are left out, for whoever asks holds the large ones that come up again and again.
-- CRS: 4490.
-- Columns: layer; id, code, name, known_from, valid_from, edition_id of the row; a to g: what is its layer's own; geom as hex.
-- Beside the features a row 'kind' for each kind of zone that lies elsewhere, and a row 'register'
-- for each of street, farmland and project of which there is any.
WITH s AS MATERIALIZED (SELECT ST_GeomFromWKB(%(search)s, 4490) AS geom),
zoned AS MATERIALIZED (
    SELECT z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind, z.geom
    FROM city.zone AS z, s
    WHERE ST_Intersects(z.geom, s.geom) AND z.known_from <= %(known_at)s
      AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
    UNION ALL
    SELECT z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind, z.geom
    FROM city.zone_history AS z, s
    WHERE ST_Intersects(z.geom, s.geom) AND z.known_from <= %(known_at)s AND z.known_to > %(known_at)s
      AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
),
near AS MATERIALIZED (
    SELECT n.id, n.code, n.name, n.known_from, n.valid_from, n.edition_id, n.kind, n.geom, n.away
    FROM unnest(%(kinds)s::text[]) AS k(kind), s, LATERAL (
        SELECT *
        FROM (
            (SELECT z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind, z.geom, z.geom <#> s.geom AS away
             FROM city.zone AS z
             WHERE z.kind = k.kind AND z.known_from <= %(known_at)s
               AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
             ORDER BY z.geom <#> s.geom LIMIT %(most_near)s)
            UNION ALL
            (SELECT z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind, z.geom, z.geom <#> s.geom
             FROM city.zone_history AS z
             WHERE z.kind = k.kind AND z.known_from <= %(known_at)s AND z.known_to > %(known_at)s
               AND z.valid_from <= %(as_of)s AND (z.valid_to IS NULL OR z.valid_to > %(as_of)s)
             ORDER BY z.geom <#> s.geom LIMIT %(most_near)s)
        ) AS either
        ORDER BY away, id LIMIT %(most_near)s
    ) AS n
    WHERE k.kind NOT IN (SELECT kind FROM zoned)
),
found AS MATERIALIZED (
    SELECT 'landuse' AS layer, p.id, p.code, p.name, p.known_from, p.valid_from, p.edition_id, p.class_code AS a, p.scheme AS b,
           p.ownership AS c, p.owner_unit AS d, p.deduct_ratio::text AS e, p.class_name AS f, city.landuse_family(p.scheme, p.class_code) AS g, p.geom
    FROM city.landuse AS p, s
    WHERE ST_Intersects(p.geom, s.geom) AND p.known_from <= %(known_at)s
      AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to > %(as_of)s)
    UNION ALL
    SELECT 'landuse', p.id, p.code, p.name, p.known_from, p.valid_from, p.edition_id, p.class_code, p.scheme,
           p.ownership, p.owner_unit, p.deduct_ratio::text, p.class_name, city.landuse_family(p.scheme, p.class_code), p.geom
    FROM city.landuse_history AS p, s
    WHERE ST_Intersects(p.geom, s.geom) AND p.known_from <= %(known_at)s AND p.known_to > %(known_at)s
      AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to > %(as_of)s)
    UNION ALL
    SELECT 'zone', z.id, z.code, z.name, z.known_from, z.valid_from, z.edition_id, z.kind, z.away::text, NULL, NULL, NULL, NULL,
           NULL, z.geom
    FROM (SELECT *, NULL::double precision AS away FROM zoned UNION ALL SELECT * FROM near) AS z
    UNION ALL
    SELECT 'farmland', p.id, p.code, p.name, p.known_from, p.valid_from, p.edition_id, p.state, NULL, NULL, NULL, NULL, NULL, NULL, p.geom
    FROM city.farmland AS p, s
    WHERE p.state <> 'dropped' AND ST_Intersects(p.geom, s.geom) AND p.known_from <= %(known_at)s
      AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to > %(as_of)s)
    UNION ALL
    SELECT 'farmland', p.id, p.code, p.name, p.known_from, p.valid_from, p.edition_id, p.state, NULL, NULL, NULL, NULL, NULL, NULL, p.geom
    FROM city.farmland_history AS p, s
    WHERE p.state <> 'dropped' AND ST_Intersects(p.geom, s.geom) AND p.known_from <= %(known_at)s AND p.known_to > %(known_at)s
      AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to > %(as_of)s)
    UNION ALL
    SELECT 'project', p.id, p.code, p.name, p.known_from, p.valid_from, p.edition_id, p.stage, NULL, NULL, NULL, NULL, NULL, NULL, p.geom
    FROM city.project AS p, s
    WHERE ST_Intersects(p.geom, s.geom) AND p.known_from <= %(known_at)s
      AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to > %(as_of)s)
    UNION ALL
    SELECT 'project', p.id, p.code, p.name, p.known_from, p.valid_from, p.edition_id, p.stage, NULL, NULL, NULL, NULL, NULL, NULL, p.geom
    FROM city.project_history AS p, s
    WHERE ST_Intersects(p.geom, s.geom) AND p.known_from <= %(known_at)s AND p.known_to > %(known_at)s
      AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to > %(as_of)s)
    UNION ALL
    SELECT 'grid', p.id, p.code, p.name, p.known_from, p.valid_from, p.edition_id, p.level, NULL, NULL, NULL, NULL, NULL, NULL, p.geom
    FROM city.grid AS p, s
    WHERE ST_Intersects(p.geom, s.geom) AND p.known_from <= %(known_at)s
      AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to > %(as_of)s)
    UNION ALL
    SELECT 'grid', p.id, p.code, p.name, p.known_from, p.valid_from, p.edition_id, p.level, NULL, NULL, NULL, NULL, NULL, NULL, p.geom
    FROM city.grid_history AS p, s
    WHERE ST_Intersects(p.geom, s.geom) AND p.known_from <= %(known_at)s AND p.known_to > %(known_at)s
      AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to > %(as_of)s)
)
SELECT layer, id, code, name, known_from, valid_from, edition_id, a, b, c, d, e, f, g,
       CASE WHEN pg_column_size(geom) <= %(most_bytes)s THEN geom END AS geom
FROM found
UNION ALL
SELECT 'edition', e.edition_id, e.layer, e.name, e.made_at, e.valid_from, NULL, e.source, e.sample::text, NULL, NULL, NULL, NULL,
       NULL, NULL
FROM city.edition AS e
WHERE e.edition_id IN (SELECT edition_id FROM found)
   OR e.edition_id IN (
       SELECT max(n.edition_id) FROM city.edition AS n
       WHERE n.layer IN ('landuse', 'zone', 'farmland', 'project', 'grid') AND n.made_at <= %(known_at)s
         AND n.valid_from <= %(as_of)s
       GROUP BY n.layer
   )
UNION ALL
SELECT DISTINCT 'kind', NULL::bigint, k.kind, NULL, NULL::timestamptz, NULL::date, NULL::bigint, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL::geometry
FROM near AS k
UNION ALL
SELECT 'register', NULL, r.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM (
    SELECT 'street' AS name, valid_from, valid_to, known_from, known_to FROM city.grid WHERE level = 'street'
    UNION ALL
    SELECT 'street', valid_from, valid_to, known_from, known_to FROM city.grid_history WHERE level = 'street'
    UNION ALL
    SELECT 'farmland', valid_from, valid_to, known_from, known_to FROM city.farmland
    UNION ALL
    SELECT 'farmland', valid_from, valid_to, known_from, known_to FROM city.farmland_history
    UNION ALL
    SELECT 'project', valid_from, valid_to, known_from, known_to FROM city.project
    UNION ALL
    SELECT 'project', valid_from, valid_to, known_from, known_to FROM city.project_history
) AS r
WHERE r.known_from <= %(known_at)s AND (r.known_to IS NULL OR r.known_to > %(known_at)s)
  AND r.valid_from <= %(as_of)s AND (r.valid_to IS NULL OR r.valid_to > %(as_of)s)
GROUP BY r.name
