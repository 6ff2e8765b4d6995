-- The legs of a patrol as GeoJSON features, in order of time.  CRS: 4490.
SELECT jsonb_build_object(
           'type', 'Feature',
           'geometry', ST_AsGeoJSON(l.geom, 7, 0)::jsonb,
           'properties', jsonb_build_object(
               'leg_no', l.leg_no, 'started_at', l.started_at, 'ended_at', l.ended_at, 'length_m', l.length_m,
               'times_s', l.times_s
           )
       ) AS feature
FROM city.leg AS l
WHERE l.patrol_id = %(patrol_id)s
ORDER BY l.leg_no
