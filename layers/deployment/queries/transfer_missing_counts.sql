-- Before rows are withdrawn: how many would be, of how many, and how many start after %(as_of)s.
SELECT (SELECT count(*) FROM pg_temp.transfer_missing) AS missing,
       count(*) FILTER (WHERE daterange(t.valid_from, t.valid_to) @> %(as_of)s) AS standing,
       count(*) FILTER (WHERE t.valid_from > %(as_of)s AND t.valid_to IS DISTINCT FROM t.valid_from) AS later,
       max(t.valid_from) AS newest
FROM {table} AS t
WHERE {within}
