-- The fixes of a patrol that doubts are raised from, in order of time, as the body of a binary COPY: those that are kept,
-- and those that a step too fast left alone. Microseconds since 1970, WGS84 degrees, accuracy in metres (NaN for none).
COPY (
    SELECT (extract(epoch FROM f.time) * 1000000)::bigint, f.lon, f.lat, COALESCE(f.accuracy_m::double precision, 'NaN')
    FROM city.fix AS f
    WHERE f.patrol_id = %(patrol_id)s AND COALESCE(f.left_out, 'alone') = 'alone' AND f.lon IS NOT NULL
      AND f.time BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
    ORDER BY f.time
) TO STDOUT WITH (FORMAT binary)
