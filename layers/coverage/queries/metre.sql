-- What patrols saw of one place of a line up to an instant, the newest first: when, by whom, how surely, for whom.
-- layer, code, reach_m: of the sightings.  cm: the place, chainage in centimetres.  until: an instant, or NULL for now.
-- row_limit: how many at most, of each bound.
SELECT s.bound, s.first_at, s.last_at, s.carried, lower(s.span) / 100.0 AS from_m, upper(s.span) / 100.0 AS to_m,
       p.code AS patrol, p.patrol_id, p.patrol_id AS named_id, p.mode, p.post_code AS post, p.crew
FROM unnest(ARRAY['sure', 'nominal', 'possible']) AS b(bound)
CROSS JOIN LATERAL (
    SELECT s.*
    FROM city.sighting AS s
    WHERE s.layer = %(layer)s AND s.target_code = %(code)s AND s.reach_m = %(reach_m)s::real AND s.bound = b.bound
      AND s.known_to IS NULL AND s.span @> %(cm)s::integer
      AND (%(until)s::timestamptz IS NULL OR s.last_at <= %(until)s::timestamptz)
    ORDER BY s.last_at DESC, s.sighting_id
    LIMIT %(row_limit)s
) AS s
JOIN city.patrol AS p USING (patrol_id)
ORDER BY s.last_at DESC, s.sighting_id
