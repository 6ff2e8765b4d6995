-- Fixes whose device and time are taken by another position; the same one again is no news.
-- times_us: microseconds since 1970.
INSERT INTO city.fix_conflict (device, time, patrol_id, lon_raw, lat_raw, datum, lon, lat, accuracy_m, left_out)
SELECT %(device)s, timestamptz 'epoch' + f.us * interval '1 microsecond', %(patrol_id)s, f.lon_raw, f.lat_raw,
       %(datum)s, f.lon, f.lat, nullif(f.accuracy_m, 'NaN'), 'conflict'
FROM unnest(
    %(times_us)s::bigint[], %(lon_raw)s::double precision[], %(lat_raw)s::double precision[],
    %(lon)s::double precision[], %(lat)s::double precision[], %(accuracy_m)s::real[]
) AS f(us, lon_raw, lat_raw, lon, lat, accuracy_m)
ON CONFLICT DO NOTHING
