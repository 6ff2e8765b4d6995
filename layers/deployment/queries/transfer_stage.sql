-- Room for a file's rows, typed like the layer's own columns; gone at the end of the transaction.
-- {columns}: the fields that the file fills, and the geometry where it has one.
DROP TABLE IF EXISTS pg_temp.transfer_stage, pg_temp.transfer_plan, pg_temp.transfer_missing;
CREATE TEMP TABLE transfer_stage ON COMMIT DROP AS
SELECT 0 AS number, {columns} FROM {table} WHERE false
