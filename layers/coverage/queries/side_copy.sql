-- Same-side sightings, as the body of a COPY.  CRS: chainage in centimetres of the metric system.
COPY city.side_sighting (layer, target_code, patrol_id, reach_m, bound, span, first_at, last_at) FROM STDIN
