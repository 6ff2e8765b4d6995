-- As the statements that read sightings expect it.
CREATE INDEX ON pg_temp.sighting_anew (layer, target_code, reach_m, bound, last_at)
