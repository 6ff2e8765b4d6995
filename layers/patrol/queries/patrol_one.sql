-- One patrol by its code, or the one that superseded it, with how much it nominally saw of each layer of lines, and how often and how long it visited
-- areas and points of each other layer.
SELECT p.patrol_id, p.code, p.device, p.crew, p.post_code, p.mode, p.datum_declared, p.started_at, p.ended_at,
       p.fixes_read, p.fixes_kept, p.left_out, p.length_m, p.sample, p.made_at, p.report, p.file_name, p.made_by,
       p.gathered, p.closed_at, p.seen_to, p.worked_at, p.erased_at, p.datum_found, p.datum_odds,
       (
           SELECT COALESCE(jsonb_agg(seen ORDER BY seen ->> 'layer', (seen ->> 'reach_m')::real), '[]')
           FROM (
               SELECT jsonb_build_object('layer', target.layer, 'reach_m', target.reach_m,
                                         'targets', count(*), 'seen_m', sum(city.span_m(target.spans))) AS seen
               FROM (
                   SELECT s.layer, s.target_code, s.reach_m, range_agg(s.span) AS spans
                   FROM city.sighting AS s
                   WHERE s.patrol_id = p.patrol_id AND s.bound = 'nominal' AND s.known_to IS NULL
                   GROUP BY s.layer, s.target_code, s.reach_m
               ) AS target
               GROUP BY target.layer, target.reach_m
           ) AS layer
       ) AS seen,
       (
           SELECT COALESCE(jsonb_agg(visited ORDER BY visited ->> 'layer', (visited ->> 'reach_m')::real), '[]')
           FROM (
               SELECT jsonb_build_object('layer', w.layer, 'reach_m', w.reach_m, 'visits', count(*),
                                         'targets', count(DISTINCT w.target_code), 'dwell_s', sum(w.dwell_s)) AS visited
               FROM city.whole_sighting AS w
               WHERE w.patrol_id = p.patrol_id AND w.bound = 'nominal' AND w.known_to IS NULL
               GROUP BY w.layer, w.reach_m
           ) AS layer
       ) AS visited
FROM city.patrol AS p
WHERE p.patrol_id = city.patrol_of(%(code)s)
