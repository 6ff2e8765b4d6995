-- The fields that the plan changes of stored rows: of each the stored text and the coming one, by the row of the file.
-- {table}: the layer's.  {fields}: (field, stored text, coming text) of a row, the shape without its text.
-- refused: rows that change nothing.
SELECT v.field, v.was, v.becomes, s.code, s.number
FROM pg_temp.transfer_plan AS p
JOIN pg_temp.transfer_stage AS s USING (number)
JOIN {table} AS t ON t.id = p.id
CROSS JOIN LATERAL (VALUES {fields}) AS v (field, was, becomes)
WHERE p.action IN ('update', 'succeed') AND v.was IS DISTINCT FROM v.becomes
  AND s.number <> ALL (%(refused)s::bigint[])
