-- Waits until no other import into the same table is under way, and keeps others waiting to the end of the transaction:
-- each compares its file with what is stored, which must not change until it has written. %(table)s: 'city.road'.
SELECT pg_advisory_xact_lock(hashtext('import'), hashtext(%(table)s))
