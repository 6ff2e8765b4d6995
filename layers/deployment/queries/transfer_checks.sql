-- The check constraints of a table: name, columns, expression, and what it asks, in Chinese, where its comment says so.
-- %(table)s: 'city.road'.
-- filled_in: whether a row trigger may still change a row before it is checked, so that checking ahead would be wrong.
SELECT c.conname AS name,
       ARRAY(
           SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
       ) AS columns,
       pg_get_expr(c.conbin, c.conrelid) AS expression,
       split_part(told.text, '|', 1) AS told,
       EXISTS (
           SELECT FROM pg_trigger AS t
           WHERE t.tgrelid = c.conrelid AND NOT t.tgisinternal AND t.tgname <> 'stamp_version'
             AND t.tgtype & 3 = 3 -- before, for each row
       ) AS filled_in
FROM pg_constraint AS c
LEFT JOIN obj_description(c.oid, 'pg_constraint') AS told(text) ON told.text NOT LIKE '%%=%%' -- which would be labels
WHERE c.conrelid = to_regclass(%(table)s) AND c.contype = 'c'
ORDER BY c.conname
