-- A batch as it is asked for; its number.
INSERT INTO city.landuse_batch (code, name, activity, as_of, known_at, tolerance_m, asked, total, signed_in)
VALUES (%(code)s, %(name)s, %(activity)s, %(as_of)s, %(known_at)s, %(tolerance_m)s, %(asked)s::jsonb, %(total)s,
        %(signed_in)s)
RETURNING batch_id
