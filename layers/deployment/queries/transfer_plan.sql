-- What is to become of each staged row: insert, keep, update (a correction in place) or succeed (the stored row ends and
-- a new one starts). A staged row meets the stored row of its code that is true in {validity}.
-- {same}: whether the fields, and the shape where there is one, are alike.
-- %(as_of)s: date. %(succeed)s: boolean.
ANALYZE pg_temp.transfer_stage;
CREATE TEMP TABLE transfer_plan ON COMMIT DROP AS
SELECT DISTINCT ON (s.number)
       s.number,
       t.id,
       t.valid_to, -- as it was: ending the old row must not end its successor
       CASE
           WHEN t.id IS NULL THEN 'insert'
           WHEN {same} THEN 'keep'
           WHEN %(succeed)s AND t.valid_from < %(as_of)s THEN 'succeed'
           ELSE 'update'
       END AS action
FROM pg_temp.transfer_stage AS s
LEFT JOIN {table} AS t ON t.code = s.code AND daterange(t.valid_from, t.valid_to) && {validity}
ORDER BY s.number, t.valid_from DESC;
CREATE INDEX ON pg_temp.transfer_plan (number);
ANALYZE pg_temp.transfer_plan
