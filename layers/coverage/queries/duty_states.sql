-- For each duty that is asked about, its newest state at or before an instant that nothing has changed since.
-- duty_codes, layers, wholes, sides, reaches_m, signatures: of the duties as they are asked for now, in the same order;
-- place counts from 0; sides: whether only what was seen from the same side of the water counts.  before: an instant.  effective: whether only effective patrols count.
SELECT asked.place::integer - 1 AS place, extract(epoch FROM held.at)::double precision AS at_s, held.target_codes,
       held.targets, held.from_cm, held.to_cm, held.last_s, held.last_effective
FROM unnest(
    %(duty_codes)s::text[], %(layers)s::text[], %(wholes)s::boolean[], %(sides)s::boolean[], %(reaches_m)s::real[],
    %(signatures)s::text[]
) WITH ORDINALITY AS asked(duty_code, layer, whole, side, reach_m, signature, place)
CROSS JOIN LATERAL (
    SELECT d.*
    FROM city.duty_state AS d
    WHERE d.duty_code = asked.duty_code AND d.layer = asked.layer AND d.effective = %(effective)s
      AND d.signature = asked.signature AND d.at <= %(before)s::timestamptz
      AND NOT EXISTS (
          SELECT FROM city.sighting AS s
          WHERE NOT asked.whole AND s.layer = asked.layer AND s.reach_m = asked.reach_m AND s.first_at < d.at
            AND s.known_from > d.made_at
      )
      AND NOT EXISTS (
          SELECT FROM city.sighting AS s
          WHERE NOT asked.whole AND s.layer = asked.layer AND s.reach_m = asked.reach_m AND s.first_at < d.at
            AND s.known_to > d.made_at
      )
      AND NOT EXISTS (
          SELECT FROM city.whole_sighting AS s
          WHERE asked.whole AND s.layer = asked.layer AND s.reach_m = asked.reach_m AND s.first_at < d.at
            AND s.known_from > d.made_at
      )
      AND NOT EXISTS (
          SELECT FROM city.whole_sighting AS s
          WHERE asked.whole AND s.layer = asked.layer AND s.reach_m = asked.reach_m AND s.first_at < d.at
            AND s.known_to > d.made_at
      )
      AND NOT EXISTS (
          SELECT FROM city.side_sighting AS s
          WHERE asked.side AND s.layer = asked.layer AND s.reach_m = asked.reach_m AND s.first_at < d.at
            AND s.known_from > d.made_at
      )
      AND NOT EXISTS (
          SELECT FROM city.side_sighting AS s
          WHERE asked.side AND s.layer = asked.layer AND s.reach_m = asked.reach_m AND s.first_at < d.at
            AND s.known_to > d.made_at
      )
      AND NOT EXISTS (
          SELECT FROM city.flag AS f WHERE greatest(f.known_from, f.known_to) > d.made_at AND f.from_at < d.at
      )
    ORDER BY d.at DESC
    LIMIT 1
) AS held
