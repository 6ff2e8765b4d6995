-- Forgets the run of this very period, with its parts.  start, end: instants, or NULL for an open end.
DELETE FROM city.recompute AS r
WHERE r.start_at IS NOT DISTINCT FROM %(start)s::timestamptz AND r.end_at IS NOT DISTINCT FROM %(end)s::timestamptz
