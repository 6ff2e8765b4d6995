-- Changes one observation; the history keeps what it was.  CRS: lon, lat in degrees, stored as they are.
UPDATE city.observation
SET name = %(name)s, family = %(family)s, kind = %(kind)s, grade = %(grade)s, place = %(place)s, note = %(note)s,
    state = %(state)s, post_code = %(post_code)s, due_at = %(due_at)s,
    settled_at = %(settled_at)s, settled_by = %(settled_by)s,
    geom = ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), ST_SRID(geom))
WHERE id = %(id)s
