-- Which fields the changed rows change: field -> rows, and the first of them by the file with what was and what becomes.
-- {fields}: (field, stored text, coming text) of a row, the shape without its text.
SELECT v.field,
       count(*) AS rows,
       (array_agg(s.code ORDER BY s.number))[1] AS code,
       (array_agg(v.was ORDER BY s.number))[1] AS was,
       (array_agg(v.becomes ORDER BY s.number))[1] AS becomes
FROM pg_temp.transfer_plan AS p
JOIN pg_temp.transfer_stage AS s USING (number)
JOIN {table} AS t ON t.id = p.id
CROSS JOIN LATERAL (VALUES {fields}) AS v (field, was, becomes)
WHERE p.action IN ('update', 'succeed') AND v.was IS DISTINCT FROM v.becomes
GROUP BY v.field
