-- Ends what was known of lines that changed, before they are seen anew.
-- {sighting}: as in rework_sightings.
-- Only for patrols whose legs are still there: what cannot be worked out anew stays in force.
UPDATE {sighting} AS s
SET known_to = transaction_timestamp()
WHERE s.layer = %(layer)s AND s.target_code = ANY (%(codes)s::text[]) AND s.known_to IS NULL
  AND EXISTS (SELECT FROM city.leg AS l WHERE l.patrol_id = s.patrol_id)
