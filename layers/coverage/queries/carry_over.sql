-- Sightings as they lie on a changed line.  ids: of those on the old one; from_cm, to_cm: in the same order.
INSERT INTO city.sighting (layer, target_code, patrol_id, reach_m, bound, span, first_at, last_at, carried)
SELECT s.layer, s.target_code, s.patrol_id, s.reach_m, s.bound, int4range(n.from_cm, n.to_cm), s.first_at, s.last_at, true
FROM unnest(%(ids)s::bigint[], %(from_cm)s::integer[], %(to_cm)s::integer[]) AS n(sighting_id, from_cm, to_cm)
JOIN city.sighting AS s USING (sighting_id)
