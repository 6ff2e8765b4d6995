-- The stored rows, true on %(as_of)s, that the file lacks; none unless it is to %(replace)s them.
-- {within}: whether a row is within the area that is replaced.
-- %(refused)s: codes that the file has, in rows that were rejected.
CREATE TEMP TABLE transfer_missing ON COMMIT DROP AS
SELECT t.id, t.code
FROM {table} AS t
WHERE %(replace)s AND daterange(t.valid_from, t.valid_to) @> %(as_of)s
  AND NOT EXISTS (SELECT FROM pg_temp.transfer_stage AS s WHERE s.code = t.code)
  AND t.code <> ALL (%(refused)s)
  AND {within}
