-- What a patrol is known to have seen of areas and points of some layers at some reaches (metres); microseconds.
SELECT s.whole_sighting_id, s.layer, s.target_code, s.reach_m::double precision AS reach_m, s.bound,
       (extract(epoch FROM s.first_at) * 1000000)::bigint AS first_us,
       (extract(epoch FROM s.last_at) * 1000000)::bigint AS last_us,
       s.dwell_s, s.inside_m, s.distance_m, s.share, s.share_error, s.road_share
FROM city.whole_sighting AS s
WHERE s.patrol_id = %(patrol_id)s AND s.known_to IS NULL
  AND s.layer = ANY (%(layers)s::text[]) AND s.reach_m = ANY (%(reaches_m)s::real[])
