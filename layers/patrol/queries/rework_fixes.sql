-- A patrol's own fixes, and those of the same device just before, between and after that belong to earlier patrols:
-- a step from one patrol to the next belongs to the later one. In order of time, as the body of a binary COPY.
-- Columns: microseconds since 1970, WGS84 lon and lat (NaN for none), accuracy in metres (NaN for none),
-- whether it is the patrol's own, why it was left out, as a place in reasons (1 for kept), lon and lat as they came,
-- the datum they were converted from, as a place in datums, and Unix seconds when it came in (NaN where unknown).
COPY (
    SELECT (extract(epoch FROM f.time) * 1000000)::bigint, COALESCE(f.lon, 'NaN'), COALESCE(f.lat, 'NaN'),
           COALESCE(f.accuracy_m::double precision, 'NaN'), (f.patrol_id = %(patrol_id)s)::integer,
           COALESCE(array_position(%(reasons)s::text[], COALESCE(f.left_out, '')), 0),
           f.lon_raw, f.lat_raw, array_position(%(datums)s::text[], f.datum),
           COALESCE(extract(epoch FROM f.received_at)::double precision, 'NaN')
    FROM city.fix AS f
    WHERE f.device = %(device)s AND f.patrol_id <= %(patrol_id)s
      AND f.time BETWEEN %(first)s::timestamptz - %(gap_s)s * interval '1 second'
                     AND %(last)s::timestamptz + %(gap_s)s * interval '1 second'
    ORDER BY f.time
) TO STDOUT WITH (FORMAT binary)
