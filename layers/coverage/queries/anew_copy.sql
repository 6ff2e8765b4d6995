-- Sightings at a reach that is not stored, as the body of a COPY.
COPY pg_temp.sighting_anew (sighting_id, layer, target_code, patrol_id, reach_m, bound, span, first_at, last_at, known_from) FROM STDIN
