-- Places of a device's fixes in WGS84 where they were converted from another datum than they turned out to be in.
-- times_us: microseconds since 1970.  CRS: WGS84 degrees.  What came, lon_raw and lat_raw, stays as it is.
UPDATE city.fix AS f
SET datum = %(datum)s, lon = n.lon, lat = n.lat
FROM unnest(%(times_us)s::bigint[], %(lon)s::double precision[], %(lat)s::double precision[]) AS n(us, lon, lat)
WHERE f.device = %(device)s AND f.time = timestamptz 'epoch' + n.us * interval '1 microsecond'
  AND f.time BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
