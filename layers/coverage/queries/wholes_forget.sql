-- Ends what was known of areas and points that changed, before they are seen anew: only of patrols whose legs are still
-- there; what cannot be worked out anew stays in force.  layer: its id.  codes: text[].
WITH meant AS (
    SELECT s.whole_sighting_id, s.known_from = transaction_timestamp() AS unborn
    FROM city.whole_sighting AS s
    WHERE s.layer = %(layer)s AND s.target_code = ANY (%(codes)s::text[]) AND s.known_to IS NULL
      AND EXISTS (SELECT FROM city.leg AS l WHERE l.patrol_id = s.patrol_id)
),
-- What was made in this very transaction was never known to anyone.
gone AS (
    DELETE FROM city.whole_sighting AS s USING meant AS m WHERE s.whole_sighting_id = m.whole_sighting_id AND m.unborn
)
UPDATE city.whole_sighting AS s
SET known_to = greatest(transaction_timestamp(), s.known_from)
FROM meant AS m WHERE s.whole_sighting_id = m.whole_sighting_id AND NOT m.unborn
