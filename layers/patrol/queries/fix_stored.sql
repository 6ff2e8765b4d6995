-- The fixes of a device that are in force between two times, both included, in order of time (microseconds since 1970).
SELECT (extract(epoch FROM f.time) * 1000000)::bigint AS time_us, f.lon, f.lat, f.accuracy_m
FROM city.fix AS f
WHERE f.device = %(device)s AND f.time BETWEEN to_timestamp(%(start_s)s) AND to_timestamp(%(end_s)s)
ORDER BY f.time
