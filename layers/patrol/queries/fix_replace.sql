-- Puts believable fixes in the place of stored ones that were never in force, and keeps those beside.
-- Answers the patrols that the old ones belonged to.  times_us: microseconds since 1970, of one device.
-- received_s: Unix seconds when they came in.
WITH new AS (
    SELECT timestamptz 'epoch' + n.us * interval '1 microsecond' AS time, n.lon_raw, n.lat_raw, n.lon, n.lat,
           nullif(n.accuracy_m, 'NaN') AS accuracy_m
    FROM unnest(
        %(times_us)s::bigint[], %(lon_raw)s::double precision[], %(lat_raw)s::double precision[],
        %(lon)s::double precision[], %(lat)s::double precision[], %(accuracy_m)s::real[]
    ) AS n(us, lon_raw, lat_raw, lon, lat, accuracy_m)
),
old AS (
    SELECT f.* FROM city.fix AS f JOIN new AS n ON f.device = %(device)s AND f.time = n.time
    WHERE f.time BETWEEN (SELECT min(time) FROM new) AND (SELECT max(time) FROM new)
),
kept AS (
    INSERT INTO city.fix_conflict (device, time, patrol_id, lon_raw, lat_raw, datum, lon, lat, accuracy_m, left_out)
    SELECT o.device, o.time, o.patrol_id, o.lon_raw, o.lat_raw, o.datum, o.lon, o.lat, o.accuracy_m, o.left_out
    FROM old AS o
    ON CONFLICT DO NOTHING
),
replaced AS (
    UPDATE city.fix AS f
    SET patrol_id = %(patrol_id)s, lon_raw = n.lon_raw, lat_raw = n.lat_raw, datum = %(datum)s,
        lon = n.lon, lat = n.lat, accuracy_m = n.accuracy_m, left_out = NULL,
        received_at = to_timestamp(%(received_s)s)
    FROM new AS n
    WHERE f.device = %(device)s AND f.time = n.time
      AND f.time BETWEEN (SELECT min(time) FROM new) AND (SELECT max(time) FROM new)
)
SELECT DISTINCT o.patrol_id FROM old AS o
