-- Between which times an erased patrol's fixes were, microseconds since 1970, both included.
SELECT p.code, (extract(epoch FROM lower(e.span)) * 1000000)::bigint AS from_us,
       (extract(epoch FROM upper(e.span)) * 1000000)::bigint AS to_us
FROM city.erased_span AS e JOIN city.patrol AS p USING (patrol_id)
WHERE e.patrol_id = %(patrol_id)s
ORDER BY lower(e.span)
