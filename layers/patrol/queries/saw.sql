-- What one patrol saw of each line of a layer at a reach: metres surely, nominally and possibly, when, and where.
-- {table}: the view of what is valid today, such as city.bank_now.  layer: its id.  CRS: 4490, as GeoJSON.
WITH seen AS (
    SELECT s.target_code AS code,
           range_agg(s.span) FILTER (WHERE s.bound = 'sure') AS sure,
           range_agg(s.span) FILTER (WHERE s.bound = 'nominal') AS nominal,
           range_agg(s.span) FILTER (WHERE s.bound = 'possible') AS possible,
           min(s.first_at) AS first_at, max(s.last_at) AS last_at
    FROM city.sighting AS s
    WHERE s.patrol_id = %(patrol_id)s AND s.layer = %(layer)s AND s.reach_m = %(reach_m)s::real AND s.known_to IS NULL
    GROUP BY s.target_code
)
SELECT t.code, t.name, ST_Length(city.metric(t.geom)) AS length_m,
       COALESCE(city.span_m(s.sure), 0) AS seen_sure_m, COALESCE(city.span_m(s.nominal), 0) AS seen_m,
       COALESCE(city.span_m(s.possible), 0) AS seen_possible_m, s.first_at, s.last_at,
       city.span_list(COALESCE(s.nominal, int4multirange())) AS ranges,
       ST_AsGeoJSON(city.line_part(t.geom, s.nominal), 7, 0)::jsonb AS seen_geometry,
       ST_AsGeoJSON(city.line_part(t.geom, s.possible), 7, 0)::jsonb AS possible_geometry
FROM seen AS s JOIN {table} AS t ON t.code = s.code
ORDER BY s.first_at, t.code
