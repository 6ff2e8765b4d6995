-- Waits until nobody else works out this patrol, and until lines that change have been seen anew.
-- Runs: before a patrol is worked out; the locks end with the transaction.
SELECT pg_advisory_xact_lock_shared(hashtext('city.sighting')),
       pg_advisory_xact_lock(hashtext('city.rework'), (%(patrol_id)s %% 2147483647)::integer)
