-- Whether nobody else recomputes; held until this session ends.
SELECT pg_try_advisory_lock(hashtext('city.recompute'))
