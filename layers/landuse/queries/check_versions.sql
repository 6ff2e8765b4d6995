-- The features that a stored check read, by the versions that it named, wherever they are now; in the form of check_city.
-- versions: {"landuse": [[id, known_from in microseconds], …], …};  kinds: of zones there were;  registers: which there were.
WITH named AS MATERIALIZED (
    SELECT l.key AS layer, (v.pair ->> 0)::bigint AS id,
           'epoch'::timestamptz + (v.pair ->> 1)::bigint * interval '1 microsecond' AS known_from
    FROM jsonb_each(%(versions)s::jsonb) AS l, jsonb_array_elements(l.value) AS v(pair)
),
found AS MATERIALIZED (
    SELECT n.layer, p.id, p.code, p.name, p.known_from, p.valid_from, p.edition_id, p.class_code AS a, p.scheme AS b,
           p.ownership AS c, p.owner_unit AS d, p.deduct_ratio::text AS e, p.class_name AS f,
           city.landuse_family(p.scheme, p.class_code) AS g, p.geom
    FROM named AS n
    JOIN LATERAL (
        SELECT id, code, name, known_from, valid_from, edition_id, class_code, scheme, ownership, owner_unit, deduct_ratio,
               class_name, geom
        FROM city.landuse AS t WHERE t.id = n.id AND t.known_from = n.known_from
        UNION ALL
        SELECT id, code, name, known_from, valid_from, edition_id, class_code, scheme, ownership, owner_unit, deduct_ratio,
               class_name, geom
        FROM city.landuse_history AS t WHERE t.id = n.id AND t.known_from = n.known_from
    ) AS p ON true
    WHERE n.layer = 'landuse'
    UNION ALL
    SELECT n.layer, p.id, p.code, p.name, p.known_from, p.valid_from, p.edition_id, p.own, NULL, NULL, NULL, NULL, NULL, NULL,
           p.geom
    FROM named AS n
    JOIN LATERAL (
        SELECT id, code, name, known_from, valid_from, edition_id, kind AS own, geom
        FROM city.zone AS t WHERE n.layer = 'zone' AND t.id = n.id AND t.known_from = n.known_from
        UNION ALL
        SELECT id, code, name, known_from, valid_from, edition_id, kind, geom
        FROM city.zone_history AS t WHERE n.layer = 'zone' AND t.id = n.id AND t.known_from = n.known_from
        UNION ALL
        SELECT id, code, name, known_from, valid_from, edition_id, state, geom
        FROM city.farmland AS t WHERE n.layer = 'farmland' AND t.id = n.id AND t.known_from = n.known_from
        UNION ALL
        SELECT id, code, name, known_from, valid_from, edition_id, state, geom
        FROM city.farmland_history AS t WHERE n.layer = 'farmland' AND t.id = n.id AND t.known_from = n.known_from
        UNION ALL
        SELECT id, code, name, known_from, valid_from, edition_id, stage, geom
        FROM city.project AS t WHERE n.layer = 'project' AND t.id = n.id AND t.known_from = n.known_from
        UNION ALL
        SELECT id, code, name, known_from, valid_from, edition_id, stage, geom
        FROM city.project_history AS t WHERE n.layer = 'project' AND t.id = n.id AND t.known_from = n.known_from
        UNION ALL
        SELECT id, code, name, known_from, valid_from, edition_id, level, geom
        FROM city.grid AS t WHERE n.layer = 'grid' AND t.id = n.id AND t.known_from = n.known_from
        UNION ALL
        SELECT id, code, name, known_from, valid_from, edition_id, level, geom
        FROM city.grid_history AS t WHERE n.layer = 'grid' AND t.id = n.id AND t.known_from = n.known_from
    ) AS p ON true
    WHERE n.layer <> 'landuse'
)
SELECT layer, id, code, name, known_from, valid_from, edition_id, a, b, c, d, e, f, g, geom FROM found
UNION ALL
SELECT 'edition', e.edition_id, e.layer, e.name, e.made_at, e.valid_from, NULL, e.source, e.sample::text, NULL, NULL, NULL, NULL,
       NULL, NULL
FROM city.edition AS e
WHERE e.edition_id IN (SELECT edition_id FROM found) OR e.edition_id = ANY (%(editions)s::bigint[])
UNION ALL
SELECT 'kind', NULL, k.kind, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM unnest(%(kinds)s::text[]) AS k(kind)
UNION ALL
SELECT 'register', NULL, r.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM unnest(%(registers)s::text[]) AS r(name)
