-- Sightings of lines made and superseded in one transaction were never known to anyone: they leave nothing.
-- {sighting}: as in rework_sightings.
-- Only of patrols whose legs are still there: what cannot be worked out anew is kept.
DELETE FROM {sighting} AS s
WHERE s.layer = %(layer)s AND s.target_code = ANY (%(codes)s::text[])
  AND s.known_to IS NULL AND s.known_from = transaction_timestamp()
  AND EXISTS (SELECT FROM city.leg AS l WHERE l.patrol_id = s.patrol_id)
