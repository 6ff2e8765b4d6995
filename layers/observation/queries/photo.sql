-- One photo that some observation shows: what kind of file it is.
SELECT p.media_type
FROM city.photo AS p
WHERE p.sha256 = %(sha256)s AND EXISTS (SELECT FROM city.observation_photo AS op WHERE op.sha256 = p.sha256)
