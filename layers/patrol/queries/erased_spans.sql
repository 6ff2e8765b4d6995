-- Between which times a device's fixes were erased, of those that meet a stretch of time; microseconds since 1970, both
-- included.  device: of which nothing is kept but what it can be checked against.  start_us, end_us: both included.
SELECT p.code, (extract(epoch FROM lower(e.span)) * 1000000)::bigint AS from_us,
       (extract(epoch FROM upper(e.span)) * 1000000)::bigint AS to_us
FROM city.erased_span AS e JOIN city.patrol AS p USING (patrol_id)
WHERE e.span && tstzrange(
          timestamptz 'epoch' + %(start_us)s * interval '1 microsecond',
          timestamptz 'epoch' + %(end_us)s * interval '1 microsecond', '[]'
      )
  AND e.digest = encode(sha256(convert_to(e.salt::text || %(device)s, 'UTF8')), 'hex')
ORDER BY lower(e.span), p.code
