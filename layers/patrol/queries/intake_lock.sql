-- Waits until nobody else takes in fixes of this device, and until lines that change have been seen anew.
-- Runs: first of all in the transaction that takes in a track; the locks end with it.
SELECT pg_advisory_xact_lock_shared(hashtext('city.sighting')),
       pg_advisory_xact_lock(hashtext('city.fix'), hashtext(%(device)s::text))
