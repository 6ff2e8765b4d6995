-- Waits until nobody else stores fixes of this device, so that no two of them take one time.
-- Runs: first of all in the transaction that stores fixes; the lock ends with it.
SELECT pg_advisory_xact_lock(hashtext('city.fix'), hashtext(%(device)s::text))
