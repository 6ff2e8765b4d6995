-- The columns of a table as an import or export sees them. %(table)s: 'city.road'.
-- system: filled by the platform, never from a file. labels: comments of checks on this column alone, such as
-- 'river=河|River; lake=湖|Lake', or the table that it refers to, from which values in either language are understood.
SELECT a.attname AS name,
       format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AS not_null,
       pg_get_expr(d.adbin, d.adrelid) AS default_value,
       a.attgenerated <> '' OR a.attidentity <> ''
           OR a.attname IN ('id', 'edition_id', 'known_from', 'known_to', 'made_by') AS system,
       COALESCE(split_part(col_description(a.attrelid, a.attnum), '|', 1), '') AS zh,
       COALESCE(split_part(col_description(a.attrelid, a.attnum), '|', 2), '') AS en,
       ARRAY(
           SELECT obj_description(c.oid, 'pg_constraint')
           FROM pg_constraint AS c
           WHERE c.conrelid = a.attrelid AND c.contype = 'c' AND c.conkey = ARRAY[a.attnum]
             AND obj_description(c.oid, 'pg_constraint') LIKE '%%=%%|%%'
           UNION ALL
           SELECT listed FROM city.vocabulary(a.attrelid, a.attnum) AS listed WHERE listed IS NOT NULL
       ) AS labels,
       ARRAY(
           SELECT pg_get_constraintdef(c.oid)
           FROM pg_constraint AS c
           WHERE c.conrelid = a.attrelid AND c.contype = 'c' AND c.conkey = ARRAY[a.attnum]
       ) AS checks
FROM pg_attribute AS a
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = to_regclass(%(table)s) AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attname NOT LIKE 'drawn\_%%'
ORDER BY a.attnum
