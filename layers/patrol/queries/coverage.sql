-- How much of each target of a line layer was seen in a period, and what was not.
-- {table}: the targets, such as city.bank_now.  layer: the layer's id.
-- start, end: the period, half-open; a sighting counts where its first to last time meets it.
-- reach_m: within how many metres.  codes: text[] of targets, or NULL for all.
-- parts: true to have the unseen part as GeoJSON; else NULL.
-- CRS: chainage and lengths in the metric system, in centimetres and metres; geometry out as stored (4490).
-- Never seen is a row like any other: 0 m, last_seen NULL.  last_seen looks back before the period, never after it.
WITH target AS (
    SELECT t.id, t.code, t.name, t.geom, ST_Length(city.metric(t.geom)) AS length_m,
           int4multirange(int4range(0, city.line_cm(t.geom))) AS whole
    FROM {table} AS t
    WHERE %(codes)s::text[] IS NULL OR t.code = ANY (%(codes)s::text[])
),
known AS (
    SELECT s.target_code AS code, s.bound, s.span, s.first_at, s.last_at
    FROM city.sighting AS s
    WHERE s.layer = %(layer)s
      AND s.reach_m = %(reach_m)s::real
      AND s.known_to IS NULL
      AND s.first_at < %(end)s::timestamptz
      AND (%(codes)s::text[] IS NULL OR s.target_code = ANY (%(codes)s::text[]))
),
seen AS (
    SELECT k.code,
           range_agg(k.span) FILTER (WHERE k.bound = 'sure' AND k.last_at >= %(start)s::timestamptz) AS sure,
           range_agg(k.span) FILTER (WHERE k.bound = 'nominal' AND k.last_at >= %(start)s::timestamptz) AS nominal,
           range_agg(k.span) FILTER (WHERE k.bound = 'possible' AND k.last_at >= %(start)s::timestamptz) AS possible,
           max(least(k.last_at, %(end)s::timestamptz)) FILTER (WHERE k.bound = 'nominal') AS last_seen
    FROM known AS k
    GROUP BY k.code
),
within_target AS (
    SELECT t.id, t.code, t.name, t.geom, t.length_m, t.whole, s.last_seen,
           t.whole * COALESCE(s.sure, int4multirange()) AS sure,
           t.whole * COALESCE(s.nominal, int4multirange()) AS nominal,
           t.whole * COALESCE(s.possible, int4multirange()) AS possible
    FROM target AS t
    LEFT JOIN seen AS s USING (code)
)
SELECT w.id, w.code, w.name, w.length_m,
       city.span_m(w.nominal) AS seen_m,
       city.span_m(w.sure) AS sure_m,
       city.span_m(w.possible) AS possible_m,
       COALESCE(city.span_m(w.nominal) / nullif(city.span_m(w.whole), 0), 0) AS share,
       COALESCE(city.span_m(w.sure) / nullif(city.span_m(w.whole), 0), 0) AS sure_share,
       COALESCE(city.span_m(w.possible) / nullif(city.span_m(w.whole), 0), 0) AS possible_share,
       w.last_seen,
       (
           SELECT COALESCE(jsonb_agg(jsonb_build_array(lower(gap) / 100.0, upper(gap) / 100.0) ORDER BY gap), '[]')
           FROM unnest(w.whole - w.nominal) AS gap
       ) AS unseen,
       CASE WHEN %(parts)s::boolean
            THEN ST_AsGeoJSON(city.line_part(w.geom, w.whole - w.nominal), 9, 0) END AS unseen_geometry
FROM within_target AS w
ORDER BY w.code
