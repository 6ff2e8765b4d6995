-- How much of each piece of a line layer was seen in a period, what was, and what was not.
-- {table}, {history}: the targets, such as city.bank and city.bank_history.  layer: the layer's id.
-- {sighting}: city.sighting, or a table shaped like it of what was worked out for this question alone.
-- start, end: the period, half-open; a patrol belongs to it that started in it, with all that it saw.
-- reach_m: within how many metres.  codes: text[] of targets, or NULL for all.
-- known_at: what was known at that instant, or NULL for now; the targets are those valid on its local day.
-- modes, posts: of the patrols that count, or NULL for any.  from_s, to_s, weekdays: the hours that count, as city.in_hours
-- takes them, or NULL for all.
-- piece_code, piece_name, piece_target, piece_from, piece_to: the pieces asked for, as ranges of chainage in centimetres;
-- NULL for one piece a target, the whole of it.
-- parts: whether to draw what was seen and what was not, as GeoJSON; else NULL.
-- CRS: chainage and lengths in the metric system, in centimetres and metres; geometry out as stored (4490).
-- untold: whether what is not seen is unknown altogether, for tracks were erased before the reach was stored.
-- unknown: what changed after tracks were erased and was not seen since: nobody can tell, so it is not among the unseen.
-- What is unknown is in no share; where it is unknown altogether there is none (NULL), unless all was seen: it would be
-- one of nobody knows what.
-- Never seen is a row like any other: 0 m, last_seen NULL.  last_seen looks back before the period, at patrols of any time
-- up to its end.
WITH asked AS (
    SELECT %(layer)s::text AS layer, %(reach_m)s::real AS reach_m,
           %(start)s::timestamptz AS start_at, %(end)s::timestamptz AS end_at,
           COALESCE(%(known_at)s::timestamptz, 'infinity') AS known_at,
           (COALESCE(%(known_at)s::timestamptz, now()) AT TIME ZONE d.timezone)::date AS day,
           d.timezone, city.last_end(%(end)s::timestamptz) AS last_end
    FROM city.deployment AS d
),
known_target AS (
    SELECT t.code, t.name, t.geom, t.id, t.valid_from, t.valid_to, t.known_from, NULL::timestamptz AS known_to
    FROM {table} AS t
    UNION ALL
    SELECT h.code, h.name, h.geom, h.id, h.valid_from, h.valid_to, h.known_from, h.known_to
    FROM {history} AS h
    WHERE %(known_at)s::timestamptz IS NOT NULL
),
target AS MATERIALIZED (
    SELECT t.id, t.code, t.name, t.geom, ST_Length(city.metric(t.geom)) AS length_m,
           int4multirange(int4range(0, city.line_cm(t.geom))) AS whole
    FROM known_target AS t, asked AS a
    WHERE t.known_from <= a.known_at AND (t.known_to IS NULL OR t.known_to > a.known_at)
      AND t.valid_from <= a.day AND (t.valid_to IS NULL OR t.valid_to > a.day)
      AND (%(codes)s::text[] IS NULL OR t.code = ANY (%(codes)s::text[]))
),
outing AS MATERIALIZED (
    SELECT o.patrol_id, o.ended_at
    FROM asked AS a, city.patrols_out(a.start_at, a.end_at, %(modes)s::text[], %(posts)s::text[]) AS o
),
counted AS (
    SELECT s.target_code AS code, s.bound, s.span, s.first_at, s.last_at
    FROM asked AS a
    JOIN {sighting} AS s ON s.layer = a.layer AND s.reach_m = a.reach_m
    JOIN outing AS o USING (patrol_id)
    WHERE s.known_from <= a.known_at AND (s.known_to IS NULL OR s.known_to > a.known_at)
      -- Between the first start and the last end of these patrols lies all that they saw: the index then has both ends.
      AND s.last_at >= a.start_at AND s.last_at <= (SELECT max(ended_at) FROM outing)
      AND (%(codes)s::text[] IS NULL OR s.target_code = ANY (%(codes)s::text[]))
      AND (%(from_s)s::integer[] IS NULL OR city.in_hours(
          s.first_at, s.last_at, a.timezone, %(from_s)s::integer[], %(to_s)s::integer[], %(weekdays)s::integer[]
      ))
),
seen AS MATERIALIZED (
    SELECT c.code,
           range_agg(c.span) FILTER (WHERE c.bound = 'sure') AS sure,
           range_agg(c.span) FILTER (WHERE c.bound = 'nominal') AS nominal,
           range_agg(c.span) FILTER (WHERE c.bound = 'possible') AS possible
    FROM counted AS c
    GROUP BY c.code
),
unknown AS MATERIALIZED (
    SELECT u.target_code AS code, range_agg(u.span) AS spans
    FROM city.unknown_span AS u, asked AS a
    WHERE u.layer = a.layer AND u.until >= a.start_at
      AND u.known_from <= a.known_at AND (u.known_to IS NULL OR u.known_to > a.known_at)
    GROUP BY u.target_code
),
given AS (
    SELECT g.code, g.name, g.target, range_agg(int4range(g.from_cm, g.to_cm)) AS spans
    FROM unnest(
        %(piece_code)s::text[], %(piece_name)s::text[], %(piece_target)s::text[],
        %(piece_from)s::integer[], %(piece_to)s::integer[]
    ) AS g(code, name, target, from_cm, to_cm)
    GROUP BY g.code, g.name, g.target
),
piece AS (
    SELECT t.code, t.name, t.code AS target, t.whole AS spans
    FROM target AS t
    WHERE %(piece_code)s::text[] IS NULL
    UNION ALL
    SELECT g.code, g.name, t.code, g.spans * t.whole
    FROM given AS g JOIN target AS t ON t.code = g.target
),
seen_piece AS (
    SELECT p.code, p.name, p.target, t.id, t.geom, p.spans,
           CASE WHEN p.spans = t.whole THEN t.length_m ELSE city.span_m(p.spans) END AS length_m,
           p.spans * COALESCE(s.sure, int4multirange()) AS sure,
           p.spans * COALESCE(s.nominal, int4multirange()) AS nominal,
           p.spans * COALESCE(s.possible, int4multirange()) AS possible,
           CASE WHEN %(untold)s::boolean THEN p.spans ELSE p.spans * COALESCE(u.spans, int4multirange()) END
           - COALESCE(s.nominal, int4multirange()) AS unknown
    FROM piece AS p
    JOIN target AS t ON t.code = p.target
    LEFT JOIN seen AS s ON s.code = p.target
    LEFT JOIN unknown AS u ON u.code = p.target
    WHERE NOT isempty(p.spans)
),
summed AS (
    SELECT p.code, p.name, min(p.id) AS id, count(*) AS targets,
           sum(p.length_m) AS length_m, sum(city.span_m(p.spans)) AS measured_m,
           sum(city.span_m(p.sure)) AS sure_m,
           sum(city.span_m(p.nominal)) AS seen_m,
           sum(city.span_m(p.possible)) AS possible_m,
           max(l.last_at) AS last_seen,
           jsonb_object_agg(p.target, city.span_list(p.nominal)) AS seen,
           sum(city.span_m(p.unknown)) AS unknown_m,
           jsonb_object_agg(p.target, city.span_list(p.spans - p.nominal - p.unknown)) AS unseen,
           jsonb_object_agg(p.target, city.span_list(p.unknown)) AS unknown,
           CASE WHEN %(parts)s::boolean THEN ST_Collect(city.line_part(p.geom, p.nominal)) END AS seen_part,
           CASE WHEN %(parts)s::boolean THEN ST_Collect(city.line_part(p.geom, p.spans - p.nominal - p.unknown)) END
                AS unseen_part,
           CASE WHEN %(parts)s::boolean THEN ST_Collect(city.line_part(p.geom, p.unknown)) END AS unknown_part
    FROM seen_piece AS p
    CROSS JOIN asked AS a
    LEFT JOIN LATERAL (
        -- The newest first, so that it stops at once.
        SELECT s.last_at
        FROM {sighting} AS s
        WHERE s.layer = a.layer AND s.target_code = p.target AND s.reach_m = a.reach_m AND s.bound = 'nominal'
          AND s.known_from <= a.known_at AND (s.known_to IS NULL OR s.known_to > a.known_at)
          AND s.last_at <= a.last_end AND s.span && p.spans
          AND city.started_before(s.patrol_id, a.end_at, %(modes)s::text[], %(posts)s::text[])
          AND (%(from_s)s::integer[] IS NULL OR city.in_hours(
              s.first_at, s.last_at, a.timezone, %(from_s)s::integer[], %(to_s)s::integer[], %(weekdays)s::integer[]
          ))
        ORDER BY s.last_at DESC
        LIMIT 1
    ) AS l ON true
    GROUP BY p.code, p.name
),
shared AS (
    SELECT s.*, CASE WHEN NOT %(untold)s::boolean OR s.unknown_m = 0 THEN nullif(s.measured_m - s.unknown_m, 0) END
                AS known_m
    FROM summed AS s
)
-- Ranges are in whole centimetres, the length is not: what is wholly seen is as long as the line and no longer.
SELECT s.id, s.code, s.name, s.length_m, LEAST(s.seen_m, s.length_m) AS seen_m, LEAST(s.sure_m, s.length_m) AS sure_m,
       LEAST(s.possible_m, s.length_m) AS possible_m,
       -- Divided last: the least of NULL and 1 would be 1.
       LEAST(s.seen_m, s.known_m) / s.known_m AS share, LEAST(s.sure_m, s.known_m) / s.known_m AS sure_share,
       LEAST(s.possible_m, s.known_m) / s.known_m AS possible_share,
       s.last_seen, s.seen, s.unseen, s.unknown, s.unknown_m,
       ST_AsGeoJSON(ST_Multi(ST_CollectionExtract(s.seen_part, 2)), 9, 0) AS seen_geometry,
       ST_AsGeoJSON(ST_Multi(ST_CollectionExtract(s.unseen_part, 2)), 9, 0) AS unseen_geometry,
       ST_AsGeoJSON(ST_Multi(ST_CollectionExtract(s.unknown_part, 2)), 9, 0) AS unknown_geometry
FROM shared AS s
ORDER BY s.code
