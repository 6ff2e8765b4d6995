-- The columns of a layer's table that the database works out and history does not keep, and by which expression of the
-- others, but for those that tiles are drawn from.  table: its name with its schema.
SELECT a.attname AS name, pg_get_expr(d.adbin, d.adrelid) AS made
FROM pg_attribute AS a JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = %(table)s::text::regclass AND a.attgenerated <> '' AND NOT a.attisdropped
  AND a.attname <> 'geom_3857' AND a.attname NOT LIKE 'drawn\_%%'
ORDER BY a.attnum
