-- The newest state of a duty that holds at or before an instant and that nothing has changed since.
-- duty_code, layer, effective, signature: of the duty as it is asked for now.  before: an instant.  reach_m, bound.
SELECT d.at, extract(epoch FROM d.at)::double precision AS at_s, d.target_codes, d.targets, d.from_cm, d.to_cm, d.last_s,
       d.last_effective
FROM city.duty_state AS d
WHERE d.duty_code = %(duty_code)s AND d.layer = %(layer)s AND d.effective = %(effective)s
  AND d.signature = %(signature)s AND d.at <= %(before)s::timestamptz
  AND NOT EXISTS (
      SELECT FROM city.sighting AS s
      WHERE NOT %(whole)s AND s.layer = d.layer AND s.reach_m = %(reach_m)s::real AND s.first_at < d.at
        AND s.known_from > d.made_at
  )
  AND NOT EXISTS (
      SELECT FROM city.sighting AS s
      WHERE NOT %(whole)s AND s.layer = d.layer AND s.reach_m = %(reach_m)s::real AND s.first_at < d.at
        AND s.known_to > d.made_at
  )
  AND NOT EXISTS (
      SELECT FROM city.whole_sighting AS s
      WHERE %(whole)s AND s.layer = d.layer AND s.reach_m = %(reach_m)s::real AND s.first_at < d.at
        AND s.known_from > d.made_at
  )
  AND NOT EXISTS (
      SELECT FROM city.whole_sighting AS s
      WHERE %(whole)s AND s.layer = d.layer AND s.reach_m = %(reach_m)s::real AND s.first_at < d.at
        AND s.known_to > d.made_at
  )
  AND NOT EXISTS (
      SELECT FROM city.flag AS f WHERE greatest(f.known_from, f.known_to) > d.made_at AND f.from_at < d.at
  )
ORDER BY d.at DESC
LIMIT 1
