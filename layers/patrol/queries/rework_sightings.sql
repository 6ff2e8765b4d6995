-- What a patrol is known to have seen of some layers at some reaches (metres): chainage in centimetres, microseconds.
-- {sighting}: city.sighting, or city.side_sighting for what it saw from its own side of the water.
SELECT s.sighting_id, s.layer, s.target_code, s.reach_m::double precision AS reach_m, s.bound,
       lower(s.span) AS from_cm, upper(s.span) AS to_cm,
       (extract(epoch FROM s.first_at) * 1000000)::bigint AS first_us,
       (extract(epoch FROM s.last_at) * 1000000)::bigint AS last_us
FROM {sighting} AS s
WHERE s.patrol_id = %(patrol_id)s AND s.known_to IS NULL AND NOT s.carried
  AND s.layer = ANY (%(layers)s) AND s.reach_m = ANY (%(reaches_m)s::real[])
