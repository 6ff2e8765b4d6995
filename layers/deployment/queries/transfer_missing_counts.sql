-- Before rows are withdrawn: how many would be, of how many, how many start after %(as_of)s, and how many of those to be
-- withdrawn an edition of a later day has ended already, and when.
WITH ended AS (
    SELECT t.valid_to
    FROM {table} AS t
    JOIN pg_temp.transfer_missing AS m USING (id)
    WHERE EXISTS (
        SELECT FROM city.edition AS e
        WHERE e.layer = %(layer)s AND e.valid_from = t.valid_to AND e.rows_withdrawn > 0
    )
)
SELECT (SELECT count(*) FROM pg_temp.transfer_missing) AS missing,
       (SELECT count(*) FROM ended) AS ended,
       (SELECT max(valid_to) FROM ended) AS ended_on,
       count(*) FILTER (WHERE daterange(t.valid_from, t.valid_to) @> %(as_of)s) AS standing,
       count(*) FILTER (WHERE t.valid_from > %(as_of)s AND t.valid_to IS DISTINCT FROM t.valid_from) AS later,
       max(t.valid_from) AS newest
FROM {table} AS t
WHERE {within}
