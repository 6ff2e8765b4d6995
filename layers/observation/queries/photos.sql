-- The photos of an observation, in the order in which they came.
-- by: who sent it, for those who may see persons.  lon, lat: as the photo says, or NULL.
SELECT p.sha256, p.size_bytes, p.media_type, p.width, p.height, p.taken_at, p.lon, p.lat, op.shows, op.made_at,
       CASE WHEN (SELECT city.acts_as('patroller', 'dispatcher', 'admin')) THEN op.made_by END AS made_by
FROM city.observation_photo AS op JOIN city.photo AS p USING (sha256)
WHERE op.observation_id = %(id)s
ORDER BY op.made_at, p.sha256
