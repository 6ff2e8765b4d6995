-- The patrol that a track of a file already is, if it was taken in before.
SELECT p.patrol_id, p.code, p.device, p.started_at, p.ended_at, p.fixes_read, p.fixes_kept, p.left_out, p.length_m,
       p.mode, p.datum_declared AS datum, p.crew, p.post_code,
       (SELECT count(*) FROM city.leg AS l WHERE l.patrol_id = p.patrol_id) AS legs
FROM city.patrol AS p
WHERE p.source_sha256 = %(sha256)s AND p.track_no = %(track_no)s
