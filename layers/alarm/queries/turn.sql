-- One after the other: who changes rules or takes note of alarms waits for who does so just now.
SELECT pg_advisory_xact_lock(hashtext('city.alarm'))
