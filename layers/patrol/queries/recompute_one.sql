-- A run: the digest of the code that it is done with, and whether it was stopped; no row where there is none.
SELECT r.code, r.stopped_at IS NOT NULL AS stopped FROM city.recompute AS r WHERE r.run_id = %(run_id)s::uuid
