-- Records a new run of a period.  start, end: instants, or NULL for an open end.  Answers its number.
INSERT INTO city.recompute (start_at, end_at, code)
VALUES (%(start)s::timestamptz, %(end)s::timestamptz, %(code)s)
RETURNING run_id::text AS run_id
