-- Those same-side sightings that count although nobody can tell the side.
-- Runs: on every deployment (replaces itself).
CREATE OR REPLACE VIEW city.side_unknown AS
SELECT s.sighting_id, s.layer, s.target_code, s.patrol_id, s.reach_m, s.bound, s.span, s.first_at, s.last_at, s.carried,
       s.known_from, s.known_to
FROM city.side_sighting AS s
WHERE s.side_unknown;
COMMENT ON VIEW city.side_unknown IS
    '无从分辨在哪一侧而仍计入的同岸所见|Same-side sightings that count although the side cannot be told; shaped like city.sighting';
SELECT city.copy_comments('city.side_sighting', 'city.side_unknown');
