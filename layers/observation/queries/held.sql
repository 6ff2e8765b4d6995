-- One observation as it stands, kept from others' changes to the end of the transaction. version: of the row.
SELECT o.id, o.code, o.name, o.family, o.kind, o.grade, o.source, o.found_at, o.place, o.note, o.reporter,
       o.patrol_code, o.state, o.post_code, o.due_at, o.settled_at, o.settled_by,
       ST_X(o.geom) AS lon, ST_Y(o.geom) AS lat, (extract(epoch FROM o.known_from) * 1000000)::bigint AS version
FROM city.observation AS o
WHERE o.code = %(code)s AND o.valid_from <= current_date AND (o.valid_to IS NULL OR o.valid_to > current_date)
FOR UPDATE
