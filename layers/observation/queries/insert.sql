-- One observation, numbered by the day it was found and its own number. Answers its id and code.
-- %(lon)s, %(lat)s: degrees, WGS84.  CRS: stored in 4490, the same to well under a metre.
WITH fresh AS (
    SELECT n.id,
           'FX' || to_char(%(found_at)s::timestamptz, 'YYYYMMDD') || '-' || n.id AS code
    FROM (SELECT nextval(pg_get_serial_sequence('city.observation', 'id')) AS id) AS n
)
INSERT INTO city.observation (
    id, code, name, family, kind, grade, source, found_at, place, note, reporter, patrol_code,
    state, post_code, due_at, settled_at, settled_by, valid_from, geom
)
SELECT f.id,
       -- A file from another database may have brought this very code.
       f.code || CASE WHEN EXISTS (SELECT FROM city.observation AS o WHERE o.code = f.code) THEN 'B' ELSE '' END,
       %(name)s, %(family)s, %(kind)s, %(grade)s, %(source)s, %(found_at)s, %(place)s, %(note)s, %(reporter)s,
       %(patrol_code)s, %(state)s, %(post_code)s, %(due_at)s, %(settled_at)s, %(settled_by)s,
       LEAST(%(found_at)s::timestamptz::date, current_date),
       ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4490)
FROM fresh AS f
RETURNING id, code
