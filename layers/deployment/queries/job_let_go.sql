-- Lets go of all that this session holds: jobs, and the machine.
SELECT pg_advisory_unlock_all()
