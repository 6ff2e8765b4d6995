-- Makes the months that new fixes need. starts_s, ends_s: stretches of Unix seconds.
SELECT sum(city.make_fix_partitions(to_timestamp(stretch.start_s), to_timestamp(stretch.end_s)))
FROM unnest(%(starts_s)s::double precision[], %(ends_s)s::double precision[]) AS stretch(start_s, end_s)
