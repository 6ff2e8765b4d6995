-- For each duty that is asked about, its newest state at or before an instant that nothing has changed since.
-- duty_codes, layers, reaches_m, signatures: of the duties as they are asked for now, in the same order; place counts
-- from 0.  before: an instant.  effective: whether only effective patrols count.
SELECT asked.place::integer - 1 AS place, extract(epoch FROM held.at)::double precision AS at_s, held.target_codes,
       held.targets, held.from_cm, held.to_cm, held.last_s, held.last_effective
FROM unnest(
    %(duty_codes)s::text[], %(layers)s::text[], %(reaches_m)s::real[], %(signatures)s::text[]
) WITH ORDINALITY AS asked(duty_code, layer, reach_m, signature, place)
CROSS JOIN LATERAL (
    SELECT d.*
    FROM city.duty_state AS d
    WHERE d.duty_code = asked.duty_code AND d.layer = asked.layer AND d.effective = %(effective)s
      AND d.signature = asked.signature AND d.at <= %(before)s::timestamptz
      AND NOT EXISTS (
          SELECT FROM city.past_change AS c
          WHERE (c.layer IS NULL OR c.layer = asked.layer) AND (c.reach_m IS NULL OR c.reach_m = asked.reach_m)
            AND c.first_at < d.at AND c.written_at >= d.made_at
      )
    ORDER BY d.at DESC
    LIMIT 1
) AS held
