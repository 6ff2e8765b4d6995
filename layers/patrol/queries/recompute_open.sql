-- The run of this very period that did not come to its end, with how many of its parts are done; no row without one.
SELECT r.run_id::text AS run_id, r.code, r.began_at,
       (SELECT count(*) FROM city.recompute_part AS p WHERE p.run_id = r.run_id AND p.done_at IS NOT NULL) AS done
FROM city.recompute AS r
WHERE r.start_at IS NOT DISTINCT FROM %(start)s::timestamptz AND r.end_at IS NOT DISTINCT FROM %(end)s::timestamptz
  AND r.ended_at IS NULL
