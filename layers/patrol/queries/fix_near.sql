-- Whether any fix of a device is stored between two times (microseconds since 1970), both included.
SELECT EXISTS (
    SELECT FROM city.fix AS f
    WHERE f.device = %(device)s
      AND f.time BETWEEN timestamptz 'epoch' + %(start_us)s * interval '1 microsecond'
                     AND timestamptz 'epoch' + %(end_us)s * interval '1 microsecond'
)
