-- The patrol that a track of a file already is, if it was taken in before, and how that is said to have gone.
SELECT p.patrol_id, p.device, p.mode, p.datum_declared, p.crew, p.post_code
FROM city.patrol AS p
WHERE p.source_sha256 = %(sha256)s AND p.track_no = %(track_no)s
