-- Whole sightings, as the body of a COPY.  CRS: seen is 4490; shares, distances and times are of the metric system.
COPY city.whole_sighting (
    layer, target_code, patrol_id, reach_m, bound, first_at, last_at, dwell_s, inside_m, distance_m, share, share_error,
    road_share, seen
) FROM STDIN
