-- Adds a version of a row. row: all its fields as a JSON object.
INSERT INTO {table}
SELECT r.*
FROM jsonb_populate_record(
    NULL::{table}, %(row)s::jsonb || jsonb_build_object('id', nextval(pg_get_serial_sequence('{table}', 'id')))
) AS r
