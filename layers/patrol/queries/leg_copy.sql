-- Legs, as the body of a COPY.  CRS: 4490; vertices are the fixes kept.
COPY city.leg (patrol_id, leg_no, started_at, ended_at, length_m, worst_m, times_s, geom) FROM STDIN
