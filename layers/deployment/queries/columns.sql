-- The columns of a table or view, in order, with what they mean in both languages and which values they may have.
-- table: its name with its schema, such as city.grid. The values of an enumeration come from the comment of the
-- check constraint that holds it, 'id=中文|English; …', or from the table that it refers to.
-- generated: whether the database fills it in.
WITH listed_values AS (
    SELECT c.conkey[1] AS attnum, obj_description(c.oid, 'pg_constraint') AS told
    FROM pg_constraint AS c
    WHERE c.conrelid = %(table)s::text::regclass AND c.contype = 'c' AND cardinality(c.conkey) = 1
    UNION ALL
    SELECT a.attnum, city.vocabulary(a.attrelid, a.attnum)
    FROM pg_attribute AS a
    WHERE a.attrelid = %(table)s::text::regclass AND a.attnum > 0 AND NOT a.attisdropped
),
enumeration AS (
    SELECT l.attnum,
           jsonb_agg(
               jsonb_build_object(
                   'value', split_part(entry, '=', 1),
                   'zh', split_part(split_part(entry, '=', 2), '|', 1),
                   'en', split_part(split_part(entry, '=', 2), '|', 2)
               ) ORDER BY place
           ) AS options
    FROM listed_values AS l, string_to_table(l.told, '; ') WITH ORDINALITY AS listed(entry, place)
    WHERE entry LIKE '%%=%%'
    GROUP BY l.attnum
)
SELECT a.attname AS name,
       format_type(a.atttypid, a.atttypmod) AS type,
       split_part(col_description(a.attrelid, a.attnum), '|', 1) AS zh,
       split_part(col_description(a.attrelid, a.attnum), '|', 2) AS en,
       a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS required,
       a.attgenerated <> '' OR a.attidentity <> '' OR a.attname IN ('known_from', 'known_to', 'made_by') AS generated,
       e.options
FROM pg_attribute AS a
LEFT JOIN enumeration AS e ON e.attnum = a.attnum
WHERE a.attrelid = %(table)s::text::regclass AND a.attnum > 0 AND NOT a.attisdropped
  -- What tiles draw of a row is told by no one else.
  AND a.attname NOT LIKE 'drawn\_%%'
ORDER BY a.attnum
