-- What is stored of a device at some times (microseconds since 1970), in force or beside it. CRS: as it came, and WGS84.
-- beside: whether it gave way to another position, or came after it.
WITH asked AS (
    SELECT timestamptz 'epoch' + us * interval '1 microsecond' AS time FROM unnest(%(times_us)s::bigint[]) AS us
),
ends AS (
    SELECT min(a.time) AS first, max(a.time) AS last FROM asked AS a
)
SELECT (extract(epoch FROM f.time) * 1000000)::bigint AS time_us, f.lon, f.lat, f.lon_raw, f.lat_raw, f.left_out,
       false AS beside
FROM asked AS a JOIN city.fix AS f ON f.device = %(device)s AND f.time = a.time
WHERE f.time BETWEEN (SELECT first FROM ends) AND (SELECT last FROM ends)
UNION ALL
SELECT (extract(epoch FROM f.time) * 1000000)::bigint, f.lon, f.lat, f.lon_raw, f.lat_raw, f.left_out, true
FROM asked AS a JOIN city.fix_conflict AS f ON f.device = %(device)s AND f.time = a.time
