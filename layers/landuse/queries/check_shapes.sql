-- Shapes of versions of features, wherever they are now.
-- versions: [[layer, id, known_from in microseconds], …].
WITH named AS MATERIALIZED (
    SELECT v.one ->> 0 AS layer, (v.one ->> 1)::bigint AS id,
           'epoch'::timestamptz + (v.one ->> 2)::bigint * interval '1 microsecond' AS known_from
    FROM jsonb_array_elements(%(versions)s::jsonb) AS v(one)
)
SELECT n.layer, n.id, n.known_from, p.geom
FROM named AS n
JOIN LATERAL (
    SELECT t.geom FROM city.landuse AS t WHERE n.layer = 'landuse' AND t.id = n.id AND t.known_from = n.known_from
    UNION ALL
    SELECT t.geom FROM city.landuse_history AS t WHERE n.layer = 'landuse' AND t.id = n.id AND t.known_from = n.known_from
    UNION ALL
    SELECT t.geom FROM city.zone AS t WHERE n.layer = 'zone' AND t.id = n.id AND t.known_from = n.known_from
    UNION ALL
    SELECT t.geom FROM city.zone_history AS t WHERE n.layer = 'zone' AND t.id = n.id AND t.known_from = n.known_from
    UNION ALL
    SELECT t.geom FROM city.farmland AS t WHERE n.layer = 'farmland' AND t.id = n.id AND t.known_from = n.known_from
    UNION ALL
    SELECT t.geom FROM city.farmland_history AS t WHERE n.layer = 'farmland' AND t.id = n.id AND t.known_from = n.known_from
    UNION ALL
    SELECT t.geom FROM city.project AS t WHERE n.layer = 'project' AND t.id = n.id AND t.known_from = n.known_from
    UNION ALL
    SELECT t.geom FROM city.project_history AS t WHERE n.layer = 'project' AND t.id = n.id AND t.known_from = n.known_from
    UNION ALL
    SELECT t.geom FROM city.grid AS t WHERE n.layer = 'grid' AND t.id = n.id AND t.known_from = n.known_from
    UNION ALL
    SELECT t.geom FROM city.grid_history AS t WHERE n.layer = 'grid' AND t.id = n.id AND t.known_from = n.known_from
) AS p ON true
