-- Two fixes of one device and time each, in order of time, as the body of a binary COPY: of a patrol, kept beside the one
-- in force, and the one in force, which cleaning kept or a step too fast left alone. Microseconds since 1970; of the one
-- beside, degrees as they came and accuracy in metres (NaN for none); of the other, WGS84 degrees and accuracy.
COPY (
    SELECT (extract(epoch FROM c.time) * 1000000)::bigint, c.lon_raw, c.lat_raw,
           COALESCE(c.accuracy_m::double precision, 'NaN'), f.lon, f.lat, COALESCE(f.accuracy_m::double precision, 'NaN')
    FROM city.fix_conflict AS c
    JOIN city.fix AS f ON f.device = c.device AND f.time = c.time
    WHERE c.patrol_id = %(later_id)s AND f.patrol_id = %(held_id)s AND c.left_out = 'conflict'
      AND COALESCE(f.left_out, 'alone') = 'alone' AND f.lon IS NOT NULL
      AND f.time BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
    ORDER BY c.time, c.lon_raw, c.lat_raw
) TO STDOUT WITH (FORMAT binary)
