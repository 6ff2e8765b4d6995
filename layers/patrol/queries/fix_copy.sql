-- Raw fixes, as the body of a binary COPY.
COPY city.fix (device, time, patrol_id, lon_raw, lat_raw, datum, lon, lat, accuracy_m, left_out, received_at)
FROM STDIN WITH (FORMAT binary)
