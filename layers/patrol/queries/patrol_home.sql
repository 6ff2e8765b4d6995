-- What storing fixes for a patrol needs to know of it; of the one that superseded it, where it was.
SELECT p.patrol_id, p.code, p.device, p.datum_declared, p.made_by, p.post_code, p.crew, p.mode, p.closed_at,
       p.source_sha256, p.worked_at, p.erased_at
FROM city.patrol AS p
WHERE p.patrol_id = city.patrol_of(%(code)s)
