-- Same-side sightings as they lie on a changed bank; parameters as in carry_over.sql.
INSERT INTO city.side_sighting (
    layer, target_code, patrol_id, reach_m, bound, span, first_at, last_at, carried, side_unknown
)
SELECT s.layer, s.target_code, s.patrol_id, s.reach_m, s.bound, int4range(n.from_cm, n.to_cm), s.first_at, s.last_at, true,
       s.side_unknown
FROM unnest(%(ids)s::bigint[], %(from_cm)s::integer[], %(to_cm)s::integer[]) AS n(sighting_id, from_cm, to_cm)
JOIN city.side_sighting AS s USING (sighting_id)
