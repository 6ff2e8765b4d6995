-- The outings that became part of a patrol and of which something is still known as if they were not.
SELECT p.patrol_id
FROM city.patrol AS p
WHERE p.superseded_by = %(patrol_id)s
  AND (EXISTS (SELECT FROM city.leg AS l WHERE l.patrol_id = p.patrol_id)
       OR EXISTS (SELECT FROM city.patrol_trace AS t WHERE t.patrol_id = p.patrol_id)
       OR EXISTS (SELECT FROM city.sighting AS s WHERE s.patrol_id = p.patrol_id AND s.known_to IS NULL)
       OR EXISTS (SELECT FROM city.whole_sighting AS s WHERE s.patrol_id = p.patrol_id AND s.known_to IS NULL)
       OR EXISTS (SELECT FROM city.flag AS f WHERE f.known_to IS NULL AND p.patrol_id IN (f.patrol_id, f.other_id)))
ORDER BY p.patrol_id
