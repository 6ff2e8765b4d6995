-- Every table whose rows name an edition, history tables last: a deleted row is moved there first.
SELECT c.relnamespace::regnamespace || '.' || c.relname AS table, c.relname LIKE '%%\_history' AS history
FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
WHERE a.attname = 'edition_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relnamespace = 'city'::regnamespace AND c.relname <> 'edition'
ORDER BY history, c.relname <> 'patrol', c.relname <> 'reach', c.relname
