-- Lets go of all that this session holds: plans, and the machine.
SELECT pg_advisory_unlock_all()
