-- Whole sightings of some areas or points, as sightings_copy.sql; what was not measured is NaN.
-- metres: how far the patrol went within the target.
COPY (
    SELECT t.place::bigint - 1, COALESCE(s.share, 'NaN'), COALESCE(s.road_share, 'NaN'), s.distance_m, s.dwell_s,
           s.inside_m, extract(epoch FROM s.first_at)::double precision, extract(epoch FROM s.last_at)::double precision, s.patrol_id
    FROM unnest(%(codes)s::text[]) WITH ORDINALITY AS t(code, place)
    JOIN city.whole_sighting AS s ON s.target_code = t.code
    WHERE s.layer = %(layer)s AND s.reach_m = %(reach_m)s::real AND s.bound = %(bound)s
      AND s.known_from <= %(known_at)s::timestamptz AND (s.known_to IS NULL OR s.known_to > %(known_at)s::timestamptz)
      AND s.last_at >= %(start)s::timestamptz AND s.first_at < %(end)s::timestamptz
) TO STDOUT (FORMAT binary)
