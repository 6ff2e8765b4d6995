-- What patrols whose legs are gone are known to have seen of some banks at a reach (metres), on whichever side they were.
-- codes: text[].  exempt: modes that see both sides.
INSERT INTO city.side_sighting (layer, target_code, patrol_id, reach_m, bound, span, first_at, last_at, carried, side_unknown)
SELECT s.layer, s.target_code, s.patrol_id, s.reach_m, s.bound, s.span, s.first_at, s.last_at, s.carried,
       p.mode <> ALL (%(exempt)s::text[])
FROM city.sighting AS s JOIN city.patrol AS p USING (patrol_id)
WHERE s.layer = 'bank' AND s.target_code = ANY (%(codes)s::text[]) AND s.reach_m = %(reach_m)s::real AND s.known_to IS NULL
  AND NOT EXISTS (SELECT FROM city.leg AS l WHERE l.patrol_id = s.patrol_id)
