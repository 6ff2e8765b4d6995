-- What is to be told of a stored patrol that is handed in again.  worked_out: whether nothing of it is waiting.
-- seen: of each layer of lines the targets touched, how many sightings, and the metres nominally seen at the default reach.
SELECT p.code, p.device, p.fixes_read, p.fixes_kept, p.left_out, p.length_m, p.started_at, p.ended_at,
       p.datum_declared, p.datum_found, p.datum_odds,
       (SELECT count(*) FROM city.leg AS l WHERE l.patrol_id = p.patrol_id) AS legs,
       NOT EXISTS (SELECT FROM city.patrol_backlog AS b WHERE b.patrol_id = p.patrol_id) AS worked_out,
       (
           SELECT COALESCE(jsonb_agg(layer ORDER BY layer ->> 'layer'), '[]')
           FROM (
               SELECT jsonb_build_object('layer', target.layer, 'codes', jsonb_agg(target.target_code),
                                         'sightings', sum(target.sightings),
                                         'length_m', COALESCE(sum(city.span_m(target.spans)), 0)) AS layer
               FROM (
                   SELECT s.layer, s.target_code, count(*) AS sightings,
                          range_agg(s.span) FILTER (
                              WHERE s.bound = 'nominal' AND s.reach_m = city.default_reach()::real
                          ) AS spans
                   FROM city.sighting AS s
                   WHERE s.patrol_id = p.patrol_id AND s.known_to IS NULL
                   GROUP BY s.layer, s.target_code
               ) AS target
               GROUP BY target.layer
           ) AS of_layer
       ) AS seen
FROM city.patrol AS p
WHERE p.patrol_id = %(patrol_id)s
