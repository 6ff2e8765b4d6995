-- Why fixes of a device are left out, where that is not what was thought before; '' for a fix that is kept.
UPDATE city.fix AS f
SET left_out = nullif(n.reason, '')
FROM unnest(%(times_us)s::bigint[], %(reasons)s::text[]) AS n(us, reason)
WHERE f.device = %(device)s AND f.time = timestamptz 'epoch' + n.us * interval '1 microsecond'
  AND f.time BETWEEN %(first)s::timestamptz AND %(last)s::timestamptz
